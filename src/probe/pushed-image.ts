import type { KubeReads } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";
import { ImageName } from "../oci/image-name.ts";
import { readPushedImages } from "../records/pushed-images.ts";

/** The digest that labctl pushed under an image's name; undefined where none is noted. */
export async function pushedDigest(kube: KubeReads, image: string): Promise<string | undefined> {
  return (await readPushedImages(kube))[image];
}

/** An image by the digest that labctl pushed, which nobody can push anew; as it is named where none is noted. */
export function withDigest(image: string, digest: string | undefined): string {
  return digest === undefined ? image : `${ImageName.parse(image).repository}@${digest}`;
}

/** Whether a pod's container runs what labctl pushed; one that does not run yet may, and where nothing is noted, any. */
export function runsPushed({ status }: Pod, digest: string | undefined): boolean {
  const imageId = status?.containerStatuses?.[0]?.imageID ?? "";
  return digest === undefined || imageId === "" || imageId.endsWith(digest);
}
