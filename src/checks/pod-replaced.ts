import { z } from "zod";
import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import { isOwnedBy, readDeploymentPods, uidsOf, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Pod, Workload } from "../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "./check.ts";
import { missing } from "./parts/missing.ts";
import { requireReadyPods, type ReadyPods } from "./parts/ready-pods.ts";
import { replicas } from "./parts/replicas.ts";

const spec = z.strictObject({
  kind: z.literal("pod-replaced"),
  deployment: z.string().min(1),
  replicas: replicas.describe("Ready pods before, and again after."),
  withinSeconds: z.int().positive().default(60).describe("How long the new pod may take."),
});

type Spec = z.infer<typeof spec>;

/** How long a Deployment that has just been changed may take to be healthy before anything is disturbed. */
const settleMs = 15_000;

/** An experiment: one pod is deleted, and its ReplicaSet has to bring it back. */
export const podReplaced = defineCheck({
  kind: "pod-replaced",
  summary: "An experiment: one pod is deleted, and the same ReplicaSet replaces it in time.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const before = await healthy(wanted, context);
    if (!before.ok) return before.findings;
    const victim = before.pods.ready[0];
    const owner = before.pods.replicaSets.find((replicaSet) => victim && isOwnedBy(victim, replicaSet));
    if (!victim || !owner) return [];
    await context.kube.remove({ kind: "Pod", name: victim.metadata.name, namespace: context.namespace });
    return await replacement({ wanted, context, before: before.pods, victim, owner });
  },
});

/** Nothing that is not healthy is disturbed: why it is not is the finding. */
async function healthy(wanted: Spec, context: CheckContext): Promise<ReadyPods> {
  const waited = await context.wait({
    observe: async () => {
      const value = await requireReadyPods(context, wanted);
      const hopeless = !value.ok && value.findings.some(({ object, actual }) => isAbsent(object, actual));
      return { done: value.ok || hopeless, value };
    },
    watch: ["Pod"],
    namespace: context.namespace,
    withinMs: settleMs,
    signal: context.signal,
  });
  return waited.value;
}

function isAbsent(object: string, actual: string): boolean {
  return (
    object.startsWith("Deployment/") && (actual === "not found" || actual.startsWith("one in namespace"))
  );
}

interface Disturbed {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly before: DeploymentPods;
  readonly victim: Pod;
  readonly owner: Workload;
}

async function replacement(disturbed: Disturbed): Promise<readonly CheckFinding[]> {
  const { wanted, context, before, victim, owner } = disturbed;
  const { kube, namespace } = context;
  const known = uidsOf(before.live);
  const waited = await context.wait({
    observe: async () => {
      const value = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
      const done = value !== undefined && isReplaced(value, { known, owner, count: before.ready.length });
      return { done, value };
    },
    watch: ["Pod"],
    namespace,
    withinMs: wanted.withinSeconds * 1000,
    signal: context.signal,
  });
  if (waited.done) return [];
  if (!waited.value) return [missing({ kind: "Deployment", name: wanted.deployment, namespace })];
  const cause = await deploymentCause(context, waited.value);
  return [
    {
      object: `Deployment/${wanted.deployment}`,
      expected: `${String(before.ready.length)} Ready pods within ${String(wanted.withinSeconds)} s, one of them new`,
      actual: `${String(waited.value.ready.length)} Ready pods`,
      message: `labctl deleted pod ${victim.metadata.name}, and its ReplicaSet did not replace it in time. ${cause.message}`,
      next: cause.next,
    },
  ];
}

interface Before {
  readonly known: ReadonlySet<string>;
  readonly owner: Workload;
  readonly count: number;
}

/** As many Ready as before, nothing still on its way, and a new one of the same ReplicaSet. */
function isReplaced({ live, ready }: DeploymentPods, { known, owner, count }: Before): boolean {
  if (ready.length < count || live.length !== ready.length) return false;
  return ready.some((pod) => isOwnedBy(pod, owner) && !known.has(pod.metadata.uid ?? ""));
}
