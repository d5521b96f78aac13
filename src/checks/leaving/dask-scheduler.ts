import { z } from "zod";
import { serviceCause } from "../../diagnosis/service-cause.ts";
import type { Service } from "../../kube/objects.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { missingHere } from "../objects/missing-here.ts";
import { httpUrl } from "../traffic/url.ts";

/** Where a Dask cluster is: what a check of it has in lab.yaml. */
export const daskCluster = {
  service: z.string().min(1).describe("The scheduler's Service."),
  port: z.int().positive().default(8786).describe("Where clients and workers reach the scheduler."),
  dashboardPort: z.int().positive().default(80).describe("The Service's port of the dashboard."),
  deployment: z.string().min(1).describe("The workers' Deployment."),
};

/** A worker, as the scheduler knows it. */
export interface KnownWorker {
  /** `tcp://10.244.1.7:38661`, or `inproc://…` for one that lives in the scheduler's own process. */
  readonly address: string;
  /** How many tasks it runs at once. */
  readonly threads: number;
}

/** Either the workers that the scheduler knows, or the findings that say why nobody can ask it. */
export type AskedScheduler = Found<{ readonly service: Service; readonly workers: readonly KnownWorker[] }>;

/**
 * The dashboard's page of workers: https://distributed.dask.org/en/stable/http_services.html
 * Its JSON (`/json/identity.json`) has the same, but is status 500 while tasks run.
 */
const path = "/info/main/workers.html";
const heading = /\bScheduler\s+[a-z]+:\/\//;
/** Address, name and threads of a row. */
const row =
  /<a href="\.\.\/worker\/[^"]*">\s*([^<\s]+)\s*<\/a>\s*<\/td>\s*<td>[^<]*<\/td>\s*<td>\s*(\d+)\s*<\/td>/g;

/** A Service's addresses are known on all nodes a moment after its pods are Ready. */
const answersWithinMs = 15_000;

/** Asks the scheduler behind a Service which workers it knows; gives a Service that has just come a moment. */
export async function awaitScheduler(
  context: CheckContext,
  wanted: { readonly service: string; readonly dashboardPort: number },
): Promise<AskedScheduler> {
  const { kube, namespace, signal } = context;
  const { value } = await context.wait({
    observe: async () => {
      const value = await askScheduler(context, wanted);
      const isAbsent = !(await kube.read({ kind: "Service", namespace, name: wanted.service }));
      return { done: value.ok || isAbsent, value };
    },
    watch: ["Pod"],
    namespace,
    withinMs: answersWithinMs,
    signal,
  });
  return value;
}

async function askScheduler(
  context: CheckContext,
  { service: name, dashboardPort }: { readonly service: string; readonly dashboardPort: number },
): Promise<AskedScheduler> {
  const { kube, namespace, probe, signal } = context;
  const service = await kube.read({ kind: "Service", namespace, name });
  if (!service) return { ok: false, findings: [await missingHere(context, { kind: "Service", name })] };
  const url = httpUrl({ host: service.spec.clusterIP ?? "", port: dashboardPort, path });
  const [answer] = await probe.request([{ url }], signal);
  const known = answer?.ok ? parse(answer.body) : undefined;
  if (known) return { ok: true, service, workers: known };
  return { ok: false, findings: [await silent(context, { service, dashboardPort, answer })] };
}

/** Undefined for what is no scheduler's page. */
function parse(page: string): readonly KnownWorker[] | undefined {
  if (!heading.test(page)) return undefined;
  const rows = [...page.matchAll(row)];
  return rows.map(([, address = "", threads]) => ({ address, threads: Number(threads) }));
}

interface Silent {
  readonly service: Service;
  readonly dashboardPort: number;
  readonly answer: HttpAnswer | undefined;
}

async function silent(
  context: CheckContext,
  { service, dashboardPort, answer }: Silent,
): Promise<CheckFinding> {
  const { kube, namespace } = context;
  const { name } = service.metadata;
  const cause = await serviceCause(context, { service, pods: await kube.list("Pod", { namespace }) });
  const heard = answer?.ok
    ? `status ${String(answer.status)}, and not what a Dask scheduler says`
    : (answer?.message ?? "no answer");
  return {
    object: `Service/${name}`,
    expected: `a Dask scheduler's dashboard on port ${String(dashboardPort)}`,
    actual: cause?.actual ?? heard,
    message: cause?.message ?? `No Dask scheduler answers at Service ${name}: ${heard}.`,
    next: cause?.next ?? `kubectl -n ${namespace} get pods,endpointslices`,
  };
}
