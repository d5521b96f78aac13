/** The ways in which an experiment disturbs: with nothing meanwhile, under counted requests, or with a program along. */
import { lossCause } from "../../diagnosis/rollout-cause.ts";
import { selectsLabels } from "../../diagnosis/service-cause.ts";
import type { DisturbStep } from "../../disturb/step-spec.ts";
import type { TrafficReport } from "../../probe/traffic.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";
import type { Values } from "../../programs/answers.ts";
import type { ProgramSpec } from "../../programs/program-fields.ts";
import { startProgram, type RunningProgram } from "../../programs/run-program.ts";
import { underCountedTraffic } from "./counted-traffic.ts";
import type { CountedTraffic } from "./experiment-spec.ts";
import { describeInTurn, disturbInTurn, type Done } from "./in-turn.ts";
import { countOf, lostRequests } from "./under-traffic.ts";

/** How it came out. */
export interface Tried {
  readonly findings: readonly CheckFinding[];
  /** What all programs have told by now. */
  readonly values: Values;
  /** Undefined where nothing was disturbed. */
  readonly done?: Done;
}

export interface Trying {
  readonly context: DisturbContext;
  readonly steps: readonly DisturbStep[];
  /** What the programs before it have told. */
  readonly told: Values;
  /** What has to be at rest first. */
  readonly steady: () => Promise<Found<object>>;
  /** Waits until all is at rest again. */
  readonly rest: () => Promise<void>;
}

export async function alone({ context, steps, told, rest }: Trying): Promise<Tried> {
  const { done, findings } = await disturbInTurn(steps, context, told);
  await rest();
  return { findings, values: told, done };
}

/** Each lost request is a finding, with the cause that the Deployments behind the Service show. */
export async function underTraffic(trying: Trying, traffic: CountedTraffic): Promise<Tried> {
  const { context, steps, told, steady, rest } = trying;
  let done: Done | undefined;
  const findings = await underCountedTraffic(context, {
    target: traffic,
    atLeast: traffic.atLeast,
    steady: async () => {
      const found = await steady();
      return found.ok ? { ok: true, before: undefined } : found;
    },
    disturb: () => disturbInTurn(steps, context, told),
    isKnown: ({ findings: known }) => known.length > 0,
    rest,
    judge: async ({ value, report }) => {
      ({ done } = value);
      return [...value.findings, ...(await losses(trying, traffic, report))];
    },
  });
  return { findings, values: told, ...(done ? { done } : {}) };
}

async function losses(
  { context, steps }: Trying,
  traffic: CountedTraffic,
  report: TrafficReport,
): Promise<readonly CheckFinding[]> {
  const during = describeInTurn(steps);
  context.observed(`${countOf(report)} while ${during}.`);
  if (report.failures === 0) return [];
  return [lostRequests({ target: traffic, report, during, ...(await whyLost(context, traffic)) })];
}

async function whyLost({ kube, namespace }: DisturbContext, { service: name }: CountedTraffic) {
  const service = await kube.read({ kind: "Service", namespace, name });
  const all = await kube.list("Deployment", { namespace });
  const behind = all.filter(
    ({ spec }) => service && selectsLabels(service, spec.template.metadata?.labels ?? {}),
  );
  const [only, ...others] = behind;
  if (!only) return { why: "No Deployment is behind it.", next: `kubectl -n ${namespace} get pods -o wide` };
  if (others.length === 0) {
    const next = `kubectl -n ${namespace} get deployment ${only.metadata.name} -o yaml`;
    return { why: lossCause(only), next };
  }
  const each = behind.map((deployment) => `Deployment ${deployment.metadata.name}: ${lossCause(deployment)}`);
  return { why: each.join(" "), next: `kubectl -n ${namespace} get deployments -o yaml` };
}

/**
 * The program runs until it says `ready`; then labctl disturbs, tells it `over`, and awaits its end. Whatever happens,
 * it runs no longer than that.
 */
export async function alongside(trying: Trying, program: ProgramSpec): Promise<Tried> {
  const { context, steps, told, rest } = trying;
  const started = await startProgram(program, context, told);
  if (!started.ok) return { findings: started.findings, values: told };
  const { program: running } = started;
  let hasEnded = false;
  const end = (): void => void (hasEnded = true);
  running.end.then(end, end);
  await using afterwards = new AsyncDisposableStack();
  afterwards.defer(async () => {
    if (!hasEnded) await running.stop();
  });
  const ready = await untilReady(running);
  if (!ready.ok) return { findings: ready.findings, values: told };
  const { done, findings } = await disturbInTurn(steps, context, { ...told, ...ready.values });
  running.over({ ...done });
  const ran = await running.end;
  await rest();
  return { findings: [...findings, ...ran.findings], values: { ...told, ...ran.values }, done };
}

/** A program that finds something before it is ready has its verdict; one that ends without a word has none. */
async function untilReady({ ready, end }: RunningProgram): Promise<Found<{ readonly values: Values }>> {
  try {
    return { ok: true, values: await ready };
  } catch (error) {
    const { findings } = await end;
    if (findings.length > 0) return { ok: false, findings };
    throw error;
  }
}
