import type { Docker, LocalImage } from "../docker/docker.ts";
import { UsageError } from "../errors.ts";
import type { Registry } from "../registry/registry.ts";
import type { Progress } from "../terminal/progress.ts";
import { ImageName } from "../oci/image-name.ts";
import type { PushedImage } from "../oci/pushed-image.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Pushes an image to the lab registry, unless its tag there is what this very image was pushed as before: the engine
 * remembers that as one of the image's digests.
 * @throws UsageError for an image of the node, which is in no registry.
 */
export async function pushImage(
  work: { readonly recipe: Recipe; readonly image: LocalImage; readonly progress: Progress },
  parts: { readonly docker: Docker; readonly registry: Registry; readonly signal?: AbortSignal },
): Promise<PushedImage> {
  const { repository } = work.recipe;
  if (repository === undefined) throw notForTheRegistry(work.recipe.name);
  const reference = `${parts.registry.host}/${repository}`;
  const there = await parts.registry.digest(repository);
  const pushedBefore = `${ImageName.parse(reference).repository}@${there ?? ""}`;
  if (there !== undefined && work.image.digests.includes(pushedBefore)) return { reference, digest: there };
  const login = await parts.registry.login();
  const digest = await work.progress.step(`Push ${reference}`, (step) =>
    parts.docker.push({ reference, login }, step.detail, parts.signal),
  );
  return { reference, digest };
}

function notForTheRegistry(name: string): UsageError {
  return new UsageError({
    message: `The image "${name}" is not one for the lab registry.`,
    lastSeen: `images/${name}/image.yaml names no repository`,
    hint: "See which images have one with: labctl images list",
  });
}
