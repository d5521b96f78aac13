import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod, Service } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { awaitScheduler, type KnownWorker } from "./dask-scheduler.ts";
import { requireReadyPods } from "../workloads/ready-pods.ts";

interface Wanted {
  readonly service: string;
  readonly dashboardPort: number;
  readonly deployment: string;
  /** In so many pods. */
  readonly atLeast: number;
}

/** Either workers with the pods they are in, or the findings that say what is missing. */
export type DaskWorkers = Found<{ readonly byPod: ReadonlyMap<string, readonly KnownWorker[]> }>;

/** A pod can be Ready a moment before its worker has introduced itself. */
const introducedWithinMs = 15_000;

/** The scheduler knows workers in so many Ready pods of their Deployment: judged by addresses, never by names. */
export async function requireDaskWorkers(context: CheckContext, wanted: Wanted): Promise<DaskWorkers> {
  const { namespace, signal } = context;
  const { value } = await context.wait({
    observe: async () => {
      const value = await look(context, wanted);
      return { done: value.ok || !value.passing, value };
    },
    watch: ["Pod"],
    namespace,
    withinMs: introducedWithinMs,
    signal,
  });
  return value;
}

type Looked =
  | Extract<DaskWorkers, { ok: true }>
  | {
      readonly ok: false;
      readonly findings: readonly CheckFinding[];
      /** May mend itself. */ readonly passing: boolean;
    };

async function look(context: CheckContext, wanted: Wanted): Promise<Looked> {
  const { kube, namespace } = context;
  const asked = await awaitScheduler(context, wanted);
  if (!asked.ok) return { ...asked, passing: false };
  const seen = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  const byPod = workersByPod(seen?.ready ?? [], asked.workers);
  if (byPod.size >= wanted.atLeast) return { ok: true, byPod };
  const crowded = await inTooFewPods(context, { wanted, known: asked.workers });
  if (crowded) return { ok: false, findings: [crowded], passing: false };
  const replicas = { atLeast: wanted.atLeast };
  const ready = await requireReadyPods(context, { deployment: wanted.deployment, replicas });
  if (!ready.ok) return { ...ready, passing: false };
  const { pods } = ready;
  const strangers = pods.ready.filter(({ metadata }) => !byPod.has(metadata.name));
  const finding = unknown(context, { wanted, strangers, ready: pods.ready.length, service: asked.service });
  return { ok: false, findings: [finding], passing: true };
}

/** Which of the workers are in which pod; pods without one are left out. */
export function workersByPod(
  pods: readonly Pod[],
  workers: readonly KnownWorker[],
): ReadonlyMap<string, readonly KnownWorker[]> {
  const entries = pods.map(
    ({ metadata, status }) =>
      [metadata.name, workers.filter(({ address }) => hostOf(address) === status?.podIP)] as const,
  );
  return new Map(entries.filter(([, own]) => own.length > 0));
}

/** The IP address of a worker's address: `tcp://10.244.1.7:38661`, `inproc://10.244.1.7/1/3`, `tcp://[fd00::7]:38661`. */
export function hostOf(address: string): string | undefined {
  return /^[a-z]+:\/\/(?:\[([^\]]+)\]|([^:/]+))/.exec(address)?.slice(1).find(Boolean);
}

interface Crowd {
  readonly wanted: Wanted;
  readonly known: readonly KnownWorker[];
}

/** Workers enough, but several of them in one pod: they share its memory and its fate. */
async function inTooFewPods(
  { kube, namespace }: CheckContext,
  { wanted, known }: Crowd,
): Promise<CheckFinding | undefined> {
  if (known.length < wanted.atLeast) return undefined;
  const byPod = workersByPod(await kube.list("Pod", { namespace }), known);
  const names = [...byPod.keys()];
  const where = names.length === 0 ? "in no pod of this namespace" : `in ${inWords(names)}`;
  const belong = names.length >= wanted.atLeast ? `, not in those of Deployment ${wanted.deployment}` : "";
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: `workers in at least ${String(wanted.atLeast)} of its pods`,
    actual: `${String(known.length)} workers ${where}`,
    message: `The scheduler knows ${String(known.length)} workers, but they are ${where}${belong}. Only workers in pods of their own can be placed, scaled and lost one by one.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}

/** "pod a", "pods a, b". */
export function inWords(names: readonly string[]): string {
  return `pod${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}

interface Unknown {
  readonly wanted: Wanted;
  /** Ready pods of which the scheduler knows no worker. */
  readonly strangers: readonly Pod[];
  readonly ready: number;
  readonly service: Service;
}

function unknown({ namespace }: CheckContext, { wanted, strangers, ready, service }: Unknown): CheckFinding {
  const { name } = service.metadata;
  const [first] = strangers;
  const told = first ? addressesIn(first) : [];
  const where = told.length === 0 ? "" : ` They look for it at ${told.join(", ")}.`;
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: `the scheduler behind Service ${name} knows a worker in at least ${String(wanted.atLeast)} of its pods`,
    actual: `${String(ready - strangers.length)} of ${String(ready)} pods known`,
    message: `Of ${String(ready)} Ready worker pods the scheduler behind Service ${name} knows ${String(ready - strangers.length)}; it has not heard of ${inWords(strangers.map(({ metadata }) => metadata.name))}.${where}`,
    next: `kubectl -n ${namespace} logs ${first?.metadata.name ?? `deployment/${wanted.deployment}`} --tail=5`,
  };
}

/** What in a worker's command line looks like the address of a scheduler. */
function addressesIn({ spec }: Pod): readonly string[] {
  const words = spec.containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
  return words.filter((word) => /^(?:(?:tcp|tls|ws):\/\/)?[a-z0-9][a-z0-9.-]*:\d+$/i.test(word));
}
