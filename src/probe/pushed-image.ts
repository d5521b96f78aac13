import type { KubeReads } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";
import { ImageName } from "../oci/image-name.ts";
import { readPushedImages } from "../records/pushed-images.ts";

/** An image by the digest that labctl pushed, which nobody can push anew; as it is named where none is noted. */
export async function byDigest(kube: KubeReads, image: string): Promise<string> {
  const { [image]: digest } = await readPushedImages(kube);
  return digest === undefined ? image : withDigest(image, digest);
}

export function withDigest(image: string, digest: string): string {
  return `${ImageName.parse(image).repository}@${digest}`;
}

/** Whether a pod's container runs what labctl pushed under the image's name; one that does not run yet may. */
export async function runsPushed(kube: KubeReads, { status }: Pod, image: string): Promise<boolean> {
  const { [image]: digest } = await readPushedImages(kube);
  const imageId = status?.containerStatuses?.[0]?.imageID ?? "";
  return digest === undefined || imageId === "" || imageId.endsWith(digest);
}
