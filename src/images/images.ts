/** labctl's images: recipes in `images/<name>/`, built from packages or pulled from upstream. */
import type { PushedImage } from "../oci/pushed-image.ts";
import type { Progress } from "../terminal/progress.ts";

/** `packages` builds from apt, pip, npm and Go modules; `upstream` pulls published images. */
export type ImageSource = "packages" | "upstream";

export interface ImageStatus {
  /** The folder's name: `nginx-1.22.1`. */
  readonly name: string;
  /** Where it is pushed in the lab registry, without the host (`nginx:1.22.1`); undefined for images of the node. */
  readonly repository?: string;
  /** Digest of the recipe, its files and its parents; what decides whether it is built again. */
  readonly recipeDigest: string;
  /** `current`: built from this recipe; `stale`: built from another one; `missing`. */
  readonly state: "current" | "stale" | "missing";
  /** What this very build was pushed or pulled as: `localhost:5001/nginx@sha256:…`. */
  readonly digests: readonly string[];
  /** Bytes, as the engine counts them; undefined while missing. */
  readonly sizeBytes?: number;
}

export interface Images {
  /** All recipes, in the order they would be built. */
  list(): Promise<readonly ImageStatus[]>;
  /**
   * Builds (or pulls) these images and what they are built from; those that are current are left alone.
   * @throws UsageError for an unknown name. @throws EnvironmentError with the failing step and its last lines.
   */
  ensure(names: readonly string[], progress: Progress): Promise<void>;
  /** Removes every image that was built from a recipe, whatever its names. */
  removeAll(progress: Progress): Promise<void>;
  /** `ensure`, then pushes to the lab registry what is not there yet, unchanged images moving nothing. */
  ensurePushed(names: readonly string[], progress: Progress): Promise<readonly PushedImage[]>;
}
