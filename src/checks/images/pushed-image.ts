import { z } from "zod";
import { defineCheck } from "../check.ts";
import { findImage, requireDocker, requireRegistry } from "./local.ts";
import { inRegistry, notPushed } from "./pushed.ts";

const spec = z.strictObject({
  kind: z.literal("pushed-image"),
  image: z.string().min(1).describe("In the lab registry, as it is pushed: `localhost:5001/my-image:1.0`."),
  local: z.string().min(1).describe("The image of the container engine that it has to be: `my-image:1.0`."),
});

/** What was shipped is what was built. */
export const pushedImage = defineCheck({
  kind: "pushed-image",
  summary: "The lab registry has, under this name, the very image that the container engine has.",
  spec,
  needs: ["docker", "registry"],
  async observe({ image, local }, context) {
    const manifest = await requireRegistry(context).manifest(inRegistry(image));
    if (!manifest) return [notPushed(image)];
    const found = await findImage(requireDocker(context), local);
    if (!found.ok) return found.findings;
    // An engine with containerd's image store names images by their manifests.
    if ([manifest.config, manifest.digest].includes(found.image.id)) return [];
    return [
      {
        object: `Image/${image}`,
        expected: found.image.id,
        actual: manifest.config ?? manifest.digest,
        message: `The registry's ${image} is another image than ${local} is now: it was built anew since, or never pushed under that name.`,
        next: `docker tag ${local} ${image} && docker push ${image}`,
      },
    ];
  },
});
