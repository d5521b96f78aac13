import { isOwnedBy, type DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Container, Pod, Workload } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { containersOf } from "../../look/running-image.ts";

/**
 * Nothing, when every Ready pod of a Deployment runs an image, by its digest, because the Deployment says so: its
 * template and the pod's own ReplicaSet name what the pod runs. An image that was set on a pod by hand is gone with it.
 */
export function runsOtherImages(
  context: LookContext,
  pods: DeploymentPods,
  image: string,
): readonly CheckFinding[] {
  const { deployment, ready } = pods;
  const { name } = deployment.metadata;
  const others = ready.filter((pod) => containersOf(pod, image, context).length === 0);
  if (others.length === 0) return setByHand(context, pods, image);
  const images = others.flatMap(({ spec }) => spec.containers.flatMap((container) => container.image ?? []));
  const actual = [...new Set(images)].join(", ");
  return [
    {
      object: `Deployment/${name}`,
      path: "spec.template.spec.containers[].image",
      reason: "another-image",
      expected: `every pod runs ${image}`,
      actual,
      message: `${String(others.length)} of ${String(ready.length)} pods of Deployment ${name} do not run ${image}, by its digest, but ${actual}.`,
      next: `kubectl -n ${context.namespace} get deployment ${name} -o wide`,
    },
  ];
}

/** The finding for Ready pods that run an image, by its digest, though nothing that makes pods says so; none where something does. */
export function setByHand(
  context: LookContext,
  pods: DeploymentPods,
  image: string,
): readonly CheckFinding[] {
  const { deployment, ready } = pods;
  const { name } = deployment.metadata;
  const patched = ready.flatMap((pod) => {
    const running = containersOf(pod, image, context);
    const odd = running.flatMap((container) => {
      const source = contradicting(pods, pod, container);
      return source ? [{ source, container }] : [];
    });
    // One container that the Deployment asks for is enough.
    return odd.length === running.length ? odd.slice(0, 1) : [];
  });
  const [first] = patched;
  if (!first) return [];
  const { kind, metadata } = first.source;
  const actual = imageIn(first.source, first.container) ?? "no such container";
  const who = kind === "Deployment" ? "its template" : `their ReplicaSet ${metadata.name}`;
  return [
    {
      object: `Deployment/${name}`,
      path: "spec.template.spec.containers[].image",
      reason: "image-set-on-pods",
      expected: `${image} in the pod template, and in the ReplicaSet that follows it`,
      actual: `${actual} in ${who}`,
      message: `${String(patched.length)} of ${String(ready.length)} pods of Deployment ${name} run ${image}, but ${who} asks for ${actual}: an image that is set on a pod by hand goes with it, and the next pod runs ${actual} again.`,
      next: `kubectl -n ${context.namespace} get deployment,replicaset -o wide`,
    },
  ];
}

/** Of a pod's Deployment and its ReplicaSet the first that names another image for a container; undefined when both agree. */
function contradicting(
  { deployment, replicaSets }: DeploymentPods,
  pod: Pod,
  container: Container,
): Workload | undefined {
  const owner = replicaSets.filter((replicaSet) => isOwnedBy(pod, replicaSet));
  return [deployment, ...owner].find((each) => imageIn(each, container) !== container.image);
}

function imageIn({ spec }: Workload, { name }: Container): string | undefined {
  return spec.template.spec.containers.find((each) => each.name === name)?.image;
}
