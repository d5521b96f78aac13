import { forgetNodeImages } from "../cluster/node-images.ts";
import type { ContainerFacts } from "../docker/docker.ts";
import { ImageName } from "../oci/image-name.ts";
import type { Platform } from "../platform.ts";
import type { StepProgress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";

/** Removes what lab.yaml's `reset` names, by its exact names; on a cluster that labctl did not make, nothing. */
export async function removeLeftovers({ lab, context }: LabRun, progress: StepProgress): Promise<void> {
  const { platform } = context;
  if (platform.choice.context !== undefined) return;
  for (const name of lab.reset.containers) {
    const found = await platform.docker.container(name);
    if (!found) continue;
    if (!isOfLabs(found, lab.reset.images, platform)) {
      progress.detail(`container ${name} runs ${found.image}, which is not of this lab: it is left alone`);
      continue;
    }
    progress.detail(`removing container ${name}`);
    await platform.docker.removeContainer(name);
  }
  for (const repository of lab.reset.images) {
    progress.detail(`removing image ${repository}`);
    await removeFromEngine(repository, platform);
    await platform.registry.removeTags(repository);
    await forgetNodeImages(`${platform.registry.host}/${repository}`, platform);
  }
}

/** In the user's own engine somebody else may have a container of that name; in labctl's all are labs'. */
function isOfLabs(
  { image }: ContainerFacts,
  repositories: readonly string[],
  { engine, registry }: Platform,
): boolean {
  if (engine.kind === "private") return true;
  const { repository } = ImageName.parse(image);
  return repositories.includes(repository) || repository.startsWith(`${registry.host}/`);
}

/** Under its own name and under that of the registry; also what an image was pushed as before it was built anew. */
async function removeFromEngine(repository: string, { docker, registry }: Platform): Promise<void> {
  const names = [repository, `${registry.host}/${repository}`];
  const isOwn = (reference: string): boolean => names.includes(ImageName.parse(reference).repository);
  const before = await docker.images();
  for (const tag of before.flatMap(({ tags }) => tags).filter(isOwn)) await docker.untag(tag);
  const replaced = (await docker.images()).filter(({ tags, digests }) => {
    return tags.length === 0 && digests.some(isOwn);
  });
  for (const { id } of replaced) await docker.removeUnusedImage(id);
}
