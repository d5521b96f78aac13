import { recordPushedImages, readPushedImages } from "../images/pushed-images.ts";
import type { Step } from "./step.ts";

/** Images in the lab registry, and their digests noted in the cluster: what a running container is measured against. */
export function pushedImagesStep(names: readonly string[]): Step {
  return {
    title: `Images in the registry: ${names.join(", ")}`,
    isDone: async ({ platform, kube }) => {
      const wanted = (await platform.images.list()).filter(({ name }) => names.includes(name));
      const recorded = await readPushedImages(await kube());
      const held = await Promise.all(
        wanted.map(async ({ repository, state }) => {
          if (repository === undefined || state !== "current") return false;
          const digest = await platform.registry.digest(repository);
          return digest !== undefined && recorded[`${platform.registry.host}/${repository}`] === digest;
        }),
      );
      return wanted.length === names.length && held.every(Boolean);
    },
    ensure: async ({ platform, deps, kube }) => {
      const pushed = await platform.images.ensurePushed(names, deps.progress);
      await recordPushedImages(await kube(), pushed);
    },
  };
}
