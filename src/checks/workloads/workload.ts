import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Container, Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { setByHand } from "./other-images.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { changeOfProgram } from "../../look/unchanged-program.ts";
import { containersOf, statusesOf } from "../../look/running-image.ts";
import type { Spec } from "./workload-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await requireReadyPods(context, wanted);
  if (!found.ok) return found.findings;
  const perPod = found.pods.ready.map((pod) => lookAtPod(wanted, pod, context));
  // All pods come from few templates: the same trouble of three pods is told once.
  const findings = unique(perPod.flat());
  return findings.length > 0 ? findings : lookAtTemplate(wanted, found.pods, context);
}

/** What was changed on pods by hand goes with them: what makes the next ones has to say the same. */
function lookAtTemplate(wanted: Spec, pods: DeploymentPods, context: LookContext): readonly CheckFinding[] {
  const labels = pods.deployment.spec.template.metadata?.labels ?? {};
  const lacking = Object.entries(wanted.podLabels).filter(([key, value]) => labels[key] !== value);
  return [
    ...(wanted.image === undefined ? [] : setByHand(context, pods, wanted.image)),
    ...(lacking.length > 0 ? [wrongLabels(wanted, Object.fromEntries(lacking), labels, context)] : []),
  ];
}

function lookAtPod(wanted: Spec, pod: Pod, context: LookContext): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const running = wanted.image === undefined ? [] : containersOf(pod, wanted.image, context);
  if (wanted.image !== undefined && running.length === 0)
    findings.push(wrongImage(wanted, wanted.image, pod, context));
  const candidates = running.length > 0 ? running : pod.spec.containers;
  if (wanted.program) findings.push(...changedProgram(wanted, running, context));
  const { containerPort } = wanted;
  if (containerPort !== undefined && !candidates.some((candidate) => declares(candidate, containerPort))) {
    findings.push(wrongPort(wanted, containerPort, candidates, context));
  }
  const labels = pod.metadata.labels ?? {};
  const lacking = Object.entries(wanted.podLabels).filter(([key, value]) => labels[key] !== value);
  if (lacking.length > 0) findings.push(wrongLabels(wanted, Object.fromEntries(lacking), labels, context));
  return findings;
}

function declares({ ports = [] }: Container, wanted: number): boolean {
  return ports.some(({ containerPort }) => containerPort === wanted);
}

function wrongImage({ deployment }: Spec, reference: string, pod: Pod, context: LookContext): CheckFinding {
  const images = pod.spec.containers.map(({ image }) => image ?? "(none)");
  const sameTag = images.includes(reference);
  const digests = statusesOf(pod).map(({ imageID }) => imageID.slice(imageID.lastIndexOf("@") + 1));
  const actual = sameTag ? `${reference} with another digest (${digests.join(", ")})` : images.join(", ");
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.containers[].image",
    reason: sameTag ? "another-digest" : "another-image",
    expected: reference,
    actual,
    message: sameTag
      ? `The pods run another image under the name ${reference} than the one in the lab registry.`
      : `No container of the pods runs ${reference}; they run ${images.join(", ")}.`,
    next: `kubectl -n ${context.namespace} describe pod ${pod.metadata.name}`,
  };
}

/** One container that runs the image as it is does: others are beside it. */
function changedProgram(
  { deployment, image = "its image" }: Spec,
  running: readonly Container[],
  { namespace }: LookContext,
): readonly CheckFinding[] {
  const changes = running.map(changeOfProgram);
  const [change] = changes;
  if (change === undefined || changes.includes(undefined)) return [];
  return [
    {
      object: `Deployment/${deployment}`,
      path: "spec.template.spec.containers[]",
      reason: "program-changed",
      expected: `the program of ${image} as it is`,
      actual: change,
      message: `The pods run ${image}, but not its program: ${change}.`,
      next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
    },
  ];
}

function wrongPort(
  { deployment }: Spec,
  port: number,
  containers: readonly Container[],
  { namespace }: LookContext,
): CheckFinding {
  const ports = containers.flatMap((container) =>
    (container.ports ?? []).map((it) => String(it.containerPort)),
  );
  const actual = ports.length === 0 ? "no port" : `port ${ports.join(", ")}`;
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.containers[].ports",
    reason: "another-port",
    expected: `containerPort ${String(port)}`,
    actual,
    message: `The container declares ${actual}, not ${String(port)}.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}

function wrongLabels(
  { deployment }: Spec,
  lacking: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
  { namespace }: LookContext,
): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.metadata.labels",
    reason: "label-missing",
    expected: writeLabels(lacking),
    actual: writeLabels(labels),
    message: `The pods do not carry ${writeLabels(lacking)}; a Deployment labels its pods by spec.template.metadata.labels.`,
    next: `kubectl -n ${namespace} get pods --show-labels`,
  };
}

function unique(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return findings.filter(
    (finding, index) => findings.findIndex(({ message }) => message === finding.message) === index,
  );
}
