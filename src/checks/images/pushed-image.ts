import type { LookContext, CheckFinding } from "../../look/look.ts";
import { findImage, requireDocker, requireRegistry } from "./local.ts";
import { inRegistry, notPushed } from "../../look/pushed.ts";
import type { Spec } from "./pushed-image-spec.ts";

export async function observe(
  { image, local }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const manifest = await requireRegistry(context).manifest(inRegistry(image));
  if (!manifest) return [notPushed(image)];
  const found = await findImage(requireDocker(context), local);
  if (!found.ok) return found.findings;
  // An engine with containerd's image store names images by their manifests.
  if ([manifest.config, manifest.digest].includes(found.image.id)) return [];
  return [
    {
      object: `Image/${image}`,
      reason: "pushed-another-image",
      expected: found.image.id,
      actual: manifest.config ?? manifest.digest,
      message: `The registry's ${image} is another image than ${local} is now: it was built anew since, or never pushed under that name.`,
      next: `docker tag ${local} ${image} && docker push ${image}`,
    },
  ];
}
