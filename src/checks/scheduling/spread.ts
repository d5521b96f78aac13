import type { Node, Pod } from "../../kube/objects.ts";
import { selects } from "../../kube/placement.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { sameNode } from "./same-node.ts";
import type { Spec } from "./spread-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireReadyPods(context, wanted);
  if (!found.ok) return found.findings;
  const nodes = await context.kube.list("Node");
  // A rule holds the next pods apart by the labels that the template gives them, not by one that was put on these.
  const { labels = {} } = found.pods.deployment.spec.template.metadata ?? {};
  const unruled = found.pods.ready.find(
    (pod) => !isKeptApart(pod, nodes) || !isKeptApart(withLabels(pod, labels), nodes),
  );
  const together = sameNode(context, wanted.deployment, found.pods.ready);
  return unruled ? [...together, noRule(wanted.deployment, unruled, context)] : together;
}

function withLabels(pod: Pod, labels: Readonly<Record<string, string>>): Pod {
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

function isKeptApart({ metadata, spec: placed }: Pod, nodes: readonly Node[]): boolean {
  const { labels = {}, namespace = "" } = metadata;
  const terms = placed.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const constraints = placed.topologySpreadConstraints ?? [];
  return (
    terms.some(
      ({ topologyKey, labelSelector, namespaces = [namespace] }) =>
        isOneEach(topologyKey, nodes) && selects(labelSelector, labels) && namespaces.includes(namespace),
    ) ||
    constraints.some(
      ({ topologyKey, labelSelector, maxSkew, whenUnsatisfiable }) =>
        isOneEach(topologyKey, nodes) &&
        selects(labelSelector, labels) &&
        whenUnsatisfiable === "DoNotSchedule" &&
        maxSkew === 1,
    )
  );
}

/** Whether a label tells every node from every other one, as `kubernetes.io/hostname` does. */
function isOneEach(topologyKey: string, nodes: readonly Node[]): boolean {
  const values = nodes.map(({ metadata }) => metadata.labels?.[topologyKey]);
  return !values.includes(undefined) && new Set(values).size === nodes.length;
}

function noRule(deployment: string, { spec: placed }: Pod, { namespace }: LookContext): CheckFinding {
  const wishes =
    placed.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution !== undefined ||
    placed.topologySpreadConstraints?.some(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway");
  const misses =
    placed.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined ||
    (placed.topologySpreadConstraints ?? []).length > 0;
  const actual = wishes ? "only a wish" : misses ? "a rule that does not hold them apart" : "no rule";
  const why = wishes
    ? "says only that it would like to keep its pods apart; a wish gives way when there is no room elsewhere"
    : misses
      ? "has a rule, but it does not hold its own pods apart: compare its labelSelector with the pods' labels, and its topologyKey with kubernetes.io/hostname"
      : "has no rule that keeps its pods apart: where they run is the scheduler's choice of the moment";
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec",
    reason: "not-kept-apart",
    expected: "required podAntiAffinity, or topologySpreadConstraints with DoNotSchedule and maxSkew 1",
    actual,
    message: `Deployment ${deployment} ${why}.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}
