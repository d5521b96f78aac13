import type { Docker } from "../docker/docker.ts";
import { EnvironmentError } from "../errors.ts";
import type { KnownDigests } from "../host/known-digests.ts";
import { ImageName } from "../oci/image-name.ts";
import { localTag } from "../oci/local-tag.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Recipe } from "./recipe.ts";

interface Pull {
  readonly recipe: Recipe;
  /** Further names that the image gets. */
  readonly tags: readonly string[];
  /** Whether the tag may stand for another image than it did before; never one with a digest of its own. */
  readonly renew: boolean;
  readonly progress: Progress;
}

/**
 * Pulls what a recipe calls `upstream`. A tag is believed once: what it stood for then is what is pulled from then on,
 * by its digest, which the engine checks. A digest in the recipe is believed alone.
 * @throws EnvironmentError when it cannot be pulled, or is there no more as what it was.
 */
export async function pullImage(
  { recipe, tags, renew, progress }: Pull,
  parts: { readonly docker: Docker; readonly known: KnownDigests; readonly signal?: AbortSignal },
): Promise<void> {
  const upstream = recipe.upstream ?? "";
  const { registry, path, listed, digest: own } = ImageName.parse(upstream);
  const wanted = own ?? (renew ? undefined : (await parts.known.all())[upstream]);
  const reference = wanted === undefined ? upstream : `${registry}/${path}@${wanted}`;
  await progress.step(`Pull ${upstream}`, async (step) => {
    const pulling = parts.docker.pull(reference, step.detail, parts.signal);
    const digest = await pulling.catch((error: unknown) => {
      throw own === undefined && wanted !== undefined ? noLonger(recipe, error) : error;
    });
    // By its digest it comes without its tag.
    const names = [...(wanted === undefined ? [] : [listed]), localTag(recipe.name), ...tags];
    for (const tag of names) await parts.docker.tag(reference, tag);
    if (own === undefined) await parts.known.note(upstream, digest);
  });
}

function noLonger(recipe: Recipe, cause: unknown): unknown {
  if (!(cause instanceof EnvironmentError)) return cause;
  return new EnvironmentError({
    message: `${recipe.upstream ?? ""} could not be pulled as the image that it was the first time.`,
    lastSeen: cause.lastSeen ?? cause.message,
    hint: `Where the registry answers and you trust what the tag is today: labctl images build ${recipe.name} --refresh`,
    cause,
  });
}
