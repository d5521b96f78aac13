import { podCause } from "../../diagnosis/pod-cause.ts";
import { ImageName } from "../../oci/image-name.ts";
import { isLive, isReady } from "../../kube/deployment-pods.ts";
import type { Container, Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding, Found } from "../../look/look.ts";
import { missingHere } from "../../look/missing-here.ts";
import { askStanding, notStanding } from "../../look/standing-pods.ts";
import { notPushed, pushedDigest } from "../../look/pushed.ts";

interface Wanted {
  /** Left out: any pod that runs the image. */
  readonly name?: string | undefined;
  /** What the lab registry has under this name now; left out: any image. */
  readonly image?: string | undefined;
}

/** Either a Ready pod, or the findings that say why there is none. */
export type FoundPod = Found<{
  readonly pod: Pod;
  /** Its containers that run the image; all, where any will do. */
  readonly containers: readonly Container[];
}>;

/** A Ready pod of this name that runs this image, by its digest. */
export async function findPod(wanted: Wanted, context: LookContext): Promise<FoundPod> {
  const { name, image } = wanted;
  const digest = image === undefined ? undefined : await pushedDigest(image, context);
  if (image !== undefined && digest === undefined) return no(notPushed(image));
  const pods = await readPods(name, context);
  const running = pods.filter((pod) => digest === undefined || runs(pod, digest).length > 0);
  const { standing, hollow } = await askStanding(
    context,
    pods.filter((pod) => isLive(pod) && isReady(pod)),
  );
  const ready = standing.find((pod) => running.includes(pod));
  if (ready) {
    const { containers } = ready.spec;
    const isIt = ({ name: its }: Container): boolean =>
      digest === undefined || runs(ready, digest).includes(its);
    return { ok: true, pod: ready, containers: containers.filter(isIt) };
  }
  if (hollow[0]) return no(notStanding(hollow[0], context));
  const suspect = running[0] ?? pods.find((pod) => names(pod, image)) ?? pods[0];
  if (!suspect) return no(await nothing(wanted, context));
  if (image !== undefined && isLive(suspect) && isReady(suspect))
    return no(otherImage({ name, image }, suspect, context));
  const known = image === undefined || digest === undefined ? {} : { [image]: digest };
  return no(await notReady(suspect, { ...context, imageDigests: { ...context.imageDigests, ...known } }));
}

function no(finding: CheckFinding): FoundPod {
  return { ok: false, findings: [finding] };
}

async function readPods(name: string | undefined, { kube, namespace }: LookContext): Promise<readonly Pod[]> {
  if (name === undefined) return (await kube.list("Pod", { namespace })).filter(isLive);
  const pod = await kube.read({ kind: "Pod", namespace, name });
  return pod ? [pod] : [];
}

/** The names of its containers that run this image. */
function runs({ status }: Pod, digest: string): readonly string[] {
  const running = (status?.containerStatuses ?? []).filter(
    ({ imageID, state }) => state?.running !== undefined && imageID.endsWith(digest),
  );
  return running.map(({ name }) => name);
}

/** Whether a pod asks for an image of this repository, in whichever version. */
function names({ spec }: Pod, image: string | undefined): boolean {
  if (image === undefined) return false;
  const { repository } = ImageName.parse(image);
  return spec.containers.some(
    (container) => ImageName.parse(container.image ?? "").repository === repository,
  );
}

async function nothing({ name, image }: Wanted, context: LookContext): Promise<CheckFinding> {
  if (name !== undefined) return missingHere(context, { kind: "Pod", name });
  const { namespace } = context;
  return {
    object: `Namespace/${namespace}`,
    reason: "no-pod",
    expected: `a pod that runs ${image ?? "something"}`,
    actual: "no pod",
    message: `There is no pod in namespace ${namespace} yet.`,
    next: `kubectl -n ${namespace} get pods`,
  };
}

async function notReady(pod: Pod, context: LookContext): Promise<CheckFinding> {
  const { reason, message, actual, next } = await podCause(context, pod);
  const object = `Pod/${pod.metadata.name}`;
  return { reason, object, path: "status.conditions", expected: "Ready", actual, message, next };
}

/** Under the right name an earlier image, or another name altogether. */
function otherImage(
  wanted: { readonly name: string | undefined; readonly image: string },
  pod: Pod,
  { namespace }: LookContext,
): CheckFinding {
  const { image } = wanted;
  const { name } = pod.metadata;
  const asked = pod.spec.containers.map((container) => container.image ?? "(none)");
  const isEarlier = asked.includes(image);
  return {
    object: `Pod/${name}`,
    path: "spec.containers[].image",
    reason: isEarlier ? "earlier-image" : "another-image",
    expected: `${image} as it is in the lab registry now`,
    actual: isEarlier ? `${image} with another digest` : asked.join(", "),
    message: isEarlier
      ? `Pod ${name} runs another image than the registry has as ${image} now. A pod keeps the image that it was started with, and a node pulls a name that it has already only with imagePullPolicy: Always.`
      : wanted.name === undefined
        ? `No pod in namespace ${namespace} runs ${image}; ${name} runs ${asked.join(", ")}.`
        : `Pod ${name} does not run ${image}, but ${asked.join(", ")}.`,
    next: `kubectl -n ${namespace} get pod ${name} -o jsonpath='{.status.containerStatuses[*].imageID}'`,
  };
}
