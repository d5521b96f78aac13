import { EnvironmentError } from "../errors.ts";
import { ImageName } from "../oci/image-name.ts";
import type { LookContext, CheckFinding } from "./look.ts";

/** `localhost:5001/my-image:1.0` as the lab registry itself names it: `my-image:1.0`. */
export function inRegistry(reference: string): string {
  const { path, tag = "latest" } = ImageName.parse(reference);
  return `${path}:${tag}`;
}

/**
 * The digest of what labctl pushed under a reference, or of the manifest that the lab registry has there now; undefined when it has none.
 * @throws EnvironmentError when the registry does not answer, or there is none and labctl never pushed the image.
 */
export async function pushedDigest(
  reference: string,
  { registry, imageDigests }: LookContext,
): Promise<string | undefined> {
  // What labctl gave is known by what it pushed: anybody may push something else under the same name.
  const noted = imageDigests[reference];
  if (noted !== undefined) return noted;
  if (registry) return registry.digest(inRegistry(reference));
  throw new EnvironmentError({
    message: `The lab registry's digest of ${reference} is not known.`,
    hint: "labctl up",
  });
}

export function notPushed(reference: string): CheckFinding {
  return {
    object: `Image/${reference}`,
    reason: "image-not-pushed",
    expected: "an image in the lab registry",
    actual: "not found",
    message: `The lab registry has no ${reference} yet.`,
    next: `docker push ${reference}`,
  };
}
