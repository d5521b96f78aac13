/** labctl's images: recipes in `images/<name>/`, built from packages or pulled from upstream. */
import type { PushedImage } from "../oci/pushed-image.ts";
import type { DebianPackage } from "./debian-packages.ts";
import type { Progress } from "../terminal/progress.ts";

/** `packages` builds from apt, pip, npm and Go modules; `upstream` pulls published images. */
export type ImageSource = "packages" | "upstream";

/** Which day of Debian an image stands on. */
export interface DebianDay {
  /** ISO 8601; no package in it is older than Debian was then. Undefined for an image of before it was written down. */
  readonly day?: string;
}

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
  /** Undefined of an image without Debian, of one that was pulled, and while missing. */
  readonly debian?: DebianDay;
  /** Bytes, as the engine counts them; undefined while missing. */
  readonly sizeBytes?: number;
}

/** The Debian packages of one image. */
export interface ImagePackages extends DebianDay {
  /** The recipe's. */
  readonly name: string;
  /** `bookworm` */
  readonly suite: string;
  readonly packages: readonly DebianPackage[];
}

export interface EnsureOptions {
  /**
   * Whether an image that has a Debian package of which Debian has a newer one is built anew, too, and a tag is pulled as
   * what it stands for today; with what is built on them. By default what is there stays: it is not a lecture's business
   * that somebody published something.
   */
  readonly refresh?: boolean;
}

export interface Images {
  /** All recipes, in the order they would be built. */
  list(): Promise<readonly ImageStatus[]>;
  /** Asks no engine. @throws UsageError for an unknown name. */
  require(names: readonly string[]): Promise<void>;
  /**
   * Builds (or pulls) these images and what they are built from; those that are current are left alone.
   * @throws UsageError for an unknown name. @throws EnvironmentError with the failing step and its last lines.
   */
  ensure(names: readonly string[], progress: Progress, options?: EnsureOptions): Promise<void>;
  /**
   * What the images have of Debian, by their own word; those that are not there or have nothing of it are left out.
   * @throws UsageError for an unknown name.
   */
  packages(names: readonly string[]): Promise<readonly ImagePackages[]>;
  /** Removes every image that was built from a recipe, whatever its names. */
  removeAll(progress: Progress): Promise<void>;
  /** `ensure`, then pushes to the lab registry what is not there yet, unchanged images moving nothing. */
  ensurePushed(names: readonly string[], progress: Progress): Promise<readonly PushedImage[]>;
}
