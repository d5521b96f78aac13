import { EnvironmentError } from "../../errors.ts";
import type { Node, Pod, Workload } from "../../kube/objects.ts";
import { tolerates } from "../../kube/placement.ts";
import { systemNamespace } from "../../records/system-namespace.ts";
import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { ActContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { labName } from "../../look/lab-name.ts";
import { withOwnObject } from "../objects/own-object.ts";
import { byLuck, byNodeName, hasLabels, wrongNode } from "./placed-pods.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import type { Spec } from "./tainted-spec.ts";

/** The scheduler decides at once; a slow machine may take a while to tell. */
const decidedWithinSeconds = 30;

export async function observe(wanted: Spec, context: ActContext): Promise<readonly CheckFinding[]> {
  const nodes = await context.kube.list("Node");
  const reserved = nodes.filter((node) => hasLabels(node, wanted.labels));
  const standing = reserved.length === 0 ? [noNode(wanted, context)] : taintGone(wanted, reserved);
  if (standing.length > 0) return standing;
  const found = await requireReadyPods(context, wanted);
  if (!found.ok) return found.findings;
  const fixed = byNodeName(context, found.pods.deployment);
  if (fixed) return [fixed];
  const outside = found.pods.ready.find(
    ({ spec: placed }) => !reserved.some(({ metadata }) => metadata.name === placed.nodeName),
  );
  if (outside) return [wrongNode({ ...wanted, pod: outside, nodes, context })];
  const { ready, deployment } = found.pods;
  const intolerant = ready.find((pod) => !tolerates(pod.spec, wanted.taint));
  if (intolerant) return [noToleration(wanted, intolerant, context)];
  if (!tolerates(deployment.spec.template.spec, wanted.taint)) return [toleratesByHand(wanted, context)];
  const lucky = ready.flatMap((pod) => luckOf({ pod, reserved, wanted, deployment, context }));
  if (lucky.length > 0) return lucky.slice(0, 1);
  const image = ready[0]?.spec.containers[0]?.image ?? "";
  const admitted = await Promise.all(reserved.map((node) => letsIn({ node, image, wanted, context })));
  return admitted.flat();
}

function writeTaint({ key, value, effect }: Spec["taint"]): string {
  return `${key}=${value}:${effect}`;
}

function noNode({ labels }: Spec, context: ActContext): CheckFinding {
  return {
    object: "Node",
    path: "metadata.labels",
    reason: "no-node-reserved",
    expected: writeLabels(labels),
    actual: "on no node",
    message: `No node carries ${writeLabels(labels)} any more, so none is reserved.`,
    next: `labctl reset ${labName(context)}`,
  };
}

function taintGone({ taint }: Spec, reserved: readonly Node[]): readonly CheckFinding[] {
  const bare = reserved.find(
    ({ spec: own }) =>
      !own?.taints?.some(
        ({ key, value = "", effect }) =>
          key === taint.key && value === taint.value && effect === taint.effect,
      ),
  );
  if (!bare) return [];
  const { name } = bare.metadata;
  const there = (bare.spec?.taints ?? []).map(({ key, value = "", effect }) => `${key}=${value}:${effect}`);
  return [
    {
      object: `Node/${name}`,
      path: "spec.taints",
      reason: "taint-gone",
      expected: writeTaint(taint),
      actual: there.join(", ") || "no taint",
      message: `The taint ${writeTaint(taint)} does not stand on node ${name} any more: everybody may run there.`,
      next: `kubectl taint nodes ${name} ${writeTaint(taint)}`,
    },
  ];
}

function noToleration(
  { deployment, taint }: Spec,
  { metadata, spec: placed }: Pod,
  { namespace }: ActContext,
): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.tolerations",
    reason: "not-tolerated",
    expected: `a toleration of ${writeTaint(taint)}`,
    actual: "none",
    message: `Pod ${metadata.name} is on node ${placed.nodeName ?? "(none)"}, but does not tolerate its taint ${writeTaint(taint)}: once it is gone, the next one is kept away.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}

function toleratesByHand({ deployment, taint }: Spec, { namespace }: ActContext): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.tolerations",
    reason: "tolerated-on-pods-alone",
    expected: `a toleration of ${writeTaint(taint)} in the pod template`,
    actual: "on pods alone",
    message: `The pods of Deployment ${deployment} tolerate ${writeTaint(taint)}, but its template does not: what is added to a pod by hand goes with it.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}

interface Lucky {
  readonly pod: Pod;
  readonly reserved: readonly Node[];
  readonly wanted: Spec;
  readonly deployment: Workload;
  readonly context: ActContext;
}

/** A toleration lets a pod in; that it is there has to be asked for. */
function luckOf({ pod, reserved, wanted, deployment, context }: Lucky): readonly CheckFinding[] {
  const node = reserved.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  const luck = node && byLuck({ pod, node, deployment, labels: wanted.labels, context });
  return luck ? [luck] : [];
}

interface Tried {
  readonly node: Node;
  readonly image: string;
  readonly wanted: Spec;
  readonly context: ActContext;
}

/** A pod that says nothing of the taint asks for the node; nothing of it ever runs where the taint holds. */
async function letsIn({ node, image, wanted, context }: Tried): Promise<readonly CheckFinding[]> {
  const run = {
    kind: "Pod",
    name: `labctl-plain-${node.metadata.name}`,
    namespace: systemNamespace,
    spec: {
      nodeSelector: wanted.labels,
      containers: [{ name: "plain", image, resources: { requests: { cpu: "10m", memory: "16Mi" } } }],
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
    },
    until: isDecided,
    withinSeconds: decidedWithinSeconds,
    late: undecided,
  } as const;
  return withOwnObject(context, run, ({ spec: placed }) =>
    placed.nodeName === undefined ? [] : [plainPodRuns(wanted, placed.nodeName)],
  );
}

function isDecided({ spec: placed, status }: Pod): boolean {
  const refused = status?.conditions?.some(
    ({ type, status: is }) => type === "PodScheduled" && is === "False",
  );
  return placed.nodeName !== undefined || refused === true;
}

function undecided(name: string): EnvironmentError {
  return new EnvironmentError({
    message: "The scheduler does not say whether it would let a plain pod onto the reserved node.",
    hint: `kubectl -n kube-system get pods -l component=kube-scheduler; it was asked with pod ${name} in ${systemNamespace}`,
  });
}

function plainPodRuns({ taint }: Spec, node: string): CheckFinding {
  return {
    object: `Node/${node}`,
    path: "spec.taints",
    reason: "plain-pod-let-in",
    expected: "a plain pod is kept away",
    actual: "it was let in",
    message: `A plain pod of labctl's, which tolerates nothing, was let onto node ${node} in spite of ${writeTaint(taint)}.`,
    next: `kubectl describe node ${node}`,
  };
}
