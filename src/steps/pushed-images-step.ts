import { forgetNodeImages } from "../cluster/node-images.ts";
import type { KubeReads } from "../kube/kube.ts";
import { ImageName } from "../oci/image-name.ts";
import { findPushedImages, recordPushedImages } from "../records/pushed-images.ts";
import type { Platform } from "../platform.ts";
import type { Step } from "./step.ts";

/** Images in the lab registry, and their digests noted in the cluster: what a running container is measured against. */
export function pushedImagesStep(names: readonly string[]): Step {
  return {
    title: `Images in the registry: ${names.join(", ")}`,
    isDone: async ({ platform, kube }) => {
      const wanted = await imagesOf(names, platform);
      const recorded = await notedOrNothing(await kube());
      const held = await Promise.all(
        wanted.map(async ({ repository, state, digests }) => {
          if (repository === undefined || state !== "current") return false;
          const digest = await platform.registry.digest(repository);
          const reference = `${platform.registry.host}/${repository}`;
          if (digest === undefined || recorded[reference] !== digest) return false;
          // An image that was built anew since then, for another that is built on it, was never pushed.
          return digests.includes(`${ImageName.parse(reference).repository}@${digest}`);
        }),
      );
      return wanted.length === names.length && held.every(Boolean);
    },
    ensure: async ({ platform, deps, kube }) => {
      const cluster = await kube();
      const before = await notedOrNothing(cluster);
      const held = await heldByRegistry(names, platform);
      const pushed = await platform.images.ensurePushed(names, deps.progress);
      // Before it is recorded: a run that is killed in between forgets them once more.
      for (const { reference, digest } of pushed) {
        const earlier = [before[reference], held.get(reference)];
        const isReplaced = earlier.some((other) => other !== undefined && other !== digest);
        if (isReplaced) await forgetOnNodes(reference, platform);
      }
      await recordPushedImages(cluster, pushed);
    },
  };
}

/** What somebody has changed is noted anew. */
async function notedOrNothing(kube: KubeReads): Promise<Readonly<Record<string, string>>> {
  return (await findPushedImages(kube)) ?? {};
}

async function imagesOf(names: readonly string[], { images }: Platform) {
  return (await images.list()).filter(({ name }) => names.includes(name));
}

/** By reference, the digests in the registry now: somebody else may have pushed another image under a tag. */
async function heldByRegistry(
  names: readonly string[],
  platform: Platform,
): Promise<ReadonlyMap<string, string | undefined>> {
  const { registry } = platform;
  const repositories = (await imagesOf(names, platform)).flatMap(({ repository = [] }) => repository);
  return new Map(
    await Promise.all(
      repositories.map(async (each) => [`${registry.host}/${each}`, await registry.digest(each)] as const),
    ),
  );
}

/** A node that has the tag would not ask for it again; the nodes of a cluster made by others cannot be reached. */
async function forgetOnNodes(reference: string, platform: Platform): Promise<void> {
  if (platform.choice.context !== undefined) return;
  await forgetNodeImages(ImageName.parse(reference).repository, platform);
}
