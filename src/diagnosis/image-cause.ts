import { didYouMean } from "../did-you-mean.ts";
import type { Cause } from "./cause.ts";

const troubles = [
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
];

/** Whether a waiting reason of the kubelet is about the image. */
export function isImageTrouble(reason: string): boolean {
  return troubles.includes(reason);
}

interface ImageTrouble {
  readonly pod: string;
  /** As the pod names it. */
  readonly image: string;
  readonly reason: string;
  /** What the kubelet said. */
  readonly seen: string;
  /** Images of the lab registry. */
  readonly imageDigests: Readonly<Record<string, string>>;
}

/** Why an image cannot be pulled: a wrong registry, a tag that is not there, a name that is none. */
export function imageCause({ pod, image, reason, seen, imageDigests }: ImageTrouble): Omit<Cause, "next"> {
  const known = Object.keys(imageDigests);
  const why = (
    [
      ["image-name-invalid", invalidName(image, reason)],
      ["image-of-another-registry", wrongRegistry(image, known)],
      ["image-not-found", missingTag(image, known, seen)],
    ] as const
  ).find(([, text]) => text !== undefined) ?? ["image-not-pulled", asSaid(seen)];
  return {
    reason: why[0],
    actual: reason,
    message: `Pod ${pod} cannot pull its image ${image}: ${why[1] ?? ""}`,
  };
}

function invalidName(image: string, reason: string): string | undefined {
  return reason === "InvalidImageName" ? `"${image}" is not the name of an image.` : undefined;
}

function wrongRegistry(image: string, known: readonly string[]): string | undefined {
  const hosts = [...new Set(known.map(hostOf))];
  if (hosts.length === 0 || hosts.includes(hostOf(image))) return undefined;
  const same = known.find((reference) => pathOf(reference) === pathOf(image)) ?? didYouMean(image, known);
  const instead = same === undefined ? "" : ` Here it is ${same}.`;
  return `it names ${hostOf(image)}, but the lab's images are in the registry ${hosts.join(", ")}.${instead}`;
}

function missingTag(image: string, known: readonly string[], seen: string): string | undefined {
  if (!/not found|manifest unknown|NotFound/.test(seen)) return undefined;
  const near =
    known.find((reference) => repositoryOf(reference) === repositoryOf(image)) ?? didYouMean(image, known);
  const instead = near === undefined ? "" : ` What is there: ${near}.`;
  return `the registry ${hostOf(image)} has no such image or tag.${instead}`;
}

function asSaid(seen: string): string {
  return seen === "" ? "the kubelet gives no reason." : seen;
}

/** By the rule of container engines: a first part with a dot, a colon or `localhost` is a registry, else Docker Hub. */
function hostOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

function pathOf(image: string): string {
  const host = hostOf(image);
  const path = image.startsWith(`${host}/`) ? image.slice(host.length + 1) : image;
  return path.replace(/^library\//, "");
}

function repositoryOf(image: string): string {
  return image.replace(/(@[^/]*|:[^/:]*)$/, "");
}
