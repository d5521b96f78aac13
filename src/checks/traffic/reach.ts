import type { Pod } from "../../kube/objects.ts";
import type { HttpRequest } from "../../probe/probe.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import type { EntryPoints } from "./entry-points.ts";
import type { Reach } from "./reach-spec.ts";
import { whyByHand } from "../../look/own-endpoints.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { respondersByHeader, respondersByLog, type HeaderResponders } from "./responders.ts";

/** Of a Service that chooses at random among three pods, four rounds of 20 miss one once in 10^13 times. */
const requestsARound = { every: 20, some: 3 };
const rounds = 4;
/** Nodes and ingress controller learn of a rollout a moment after it is complete; until then a pod on its way out answers. */
const settleMs = 10_000;
/** After a stray: one that gets a quarter of the requests is missed by so many once in 10^7 times. */
const requestsAfterStray = 60;

/** Asks until every pod was seen (or once, where one is enough), and tells which pods answered. */
export async function observeReach(
  wanted: Reach,
  entryPoints: EntryPoints,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  // Endpoints written by hand are these pods today, and not the next ones.
  const byHand = entryPoints.service ? await whyByHand(entryPoints.service, context) : [];
  if (byHand.length > 0) return byHand;
  const first = await look(wanted, entryPoints, context);
  if (!first.strayed) return first.findings;
  const waited = await context.wait({
    observe: async () => {
      const value = await look(wanted, entryPoints, context, requestsAfterStray);
      return { done: !value.strayed, value };
    },
    withinMs: settleMs,
    signal: context.signal,
  });
  return waited.value.findings;
}

interface Look {
  readonly findings: readonly CheckFinding[];
  /** Somebody answered who is none of the pods. */
  readonly strayed: boolean;
}

async function look(
  wanted: Reach,
  entryPoints: EntryPoints,
  context: LookContext,
  times: number = wanted.every ? requestsARound.every : requestsARound.some,
): Promise<Look> {
  const found = await requireReadyPods(context, { ...wanted, replicas: { atLeast: 1 } });
  if (!found.ok) return { findings: found.findings, strayed: false };
  const pods = found.pods.ready;
  const chosen = await chooseResponders({ wanted, pods, entryPoints, context });
  if (!chosen.ok)
    return { findings: [notToldApart({ wanted, entryPoints, context, pods: chosen.alike })], strayed: false };
  const { responders } = chosen;
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const answeredBy = await responders(roundOf(entryPoints, times));
    for (const name of answeredBy) if (name !== undefined) seen.add(name);
    const strays = answeredBy.filter((name) => name === undefined).length;
    if (strays > 0) {
      const finding = await stray({ wanted, entryPoints, strays, of: answeredBy.length, context });
      return { findings: [finding], strayed: true };
    }
    if (!wanted.every || seen.size === pods.length) return { findings: [], strayed: false };
  }
  const lacking = pods.filter(({ metadata }) => !seen.has(metadata.name));
  return { findings: [unseen({ wanted, entryPoints, context, pods: lacking })], strayed: false };
}

interface Chosen {
  readonly wanted: Reach;
  readonly pods: readonly Pod[];
  readonly entryPoints: EntryPoints;
  readonly context: LookContext;
}

async function chooseResponders({ wanted, pods, entryPoints, context }: Chosen): Promise<HeaderResponders> {
  if (wanted.by === "log") return { ok: true, responders: respondersByLog({ pods, entryPoints, context }) };
  const header = wanted.by.slice("header:".length);
  return respondersByHeader({ pods, entryPoints, context, header, port: wanted.port });
}

function roundOf({ entryPoints }: EntryPoints, times: number): readonly HttpRequest[] {
  return entryPoints.flatMap(({ url }) => Array.from({ length: times }, () => ({ url })));
}

interface Strays {
  readonly wanted: Reach;
  readonly entryPoints: EntryPoints;
  readonly strays: number;
  readonly of: number;
  readonly context: LookContext;
}

async function stray({ wanted, entryPoints, strays, of, context }: Strays): Promise<CheckFinding> {
  const cause = await entryPoints.explain(wanted.deployment);
  const shared = cause?.reason === "host-in-another-namespace" ? cause : undefined;
  const entryPoint = entryPoints.entryPoints[0];
  return {
    object: entryPoint?.object ?? `Deployment/${wanted.deployment}`,
    reason: shared?.reason ?? "answered-by-others",
    expected: `pods of Deployment ${wanted.deployment} answer`,
    actual: `${String(strays)} of ${String(of)} requests were not answered by them`,
    message: `${entryPoint?.url ?? "It"} answers, but ${strays === of ? "no answer comes" : "not every answer comes"} from the pods of Deployment ${wanted.deployment}.${shared ? ` ${shared.message}` : ""}`,
    next: shared?.next ?? `kubectl -n ${context.namespace} get endpointslices -o wide`,
  };
}

interface Unseen {
  readonly wanted: Reach;
  readonly entryPoints: EntryPoints;
  readonly pods: readonly Pod[];
  readonly context: LookContext;
}

function notToldApart({ wanted, pods, context }: Unseen): CheckFinding {
  const names = pods.map(({ metadata }) => metadata.name).join(", ");
  const header = wanted.by.slice("header:".length);
  return {
    object: `Deployment/${wanted.deployment}`,
    path: `header ${header}`,
    reason: "same-header",
    expected: "a value of its own from each pod",
    actual: `the same value from ${names}`,
    message: `The pods ${names} show the same header ${header}, so nobody can tell which of them answered. Do they still run the images that the lab gave?`,
    next: `kubectl -n ${context.namespace} get pods -o wide`,
  };
}

function unseen({ wanted, entryPoints, pods, context }: Unseen): CheckFinding {
  const names = pods.map(({ metadata }) => metadata.name).join(", ");
  return {
    object: entryPoints.entryPoints[0]?.object ?? `Deployment/${wanted.deployment}`,
    reason: "never-answered",
    expected: `every Ready pod of Deployment ${wanted.deployment} answers`,
    actual: `never answered: ${names}`,
    message: `Of ${String(requestsARound.every * rounds)} requests none was answered by ${names}; a Service with sessionAffinity stays with one pod.`,
    next: `kubectl -n ${context.namespace} get endpointslices -o wide`,
  };
}
