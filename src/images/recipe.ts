import { z } from "zod";
import type { LabProblem } from "../errors.ts";
import * as words from "./recipe-words.ts";
import { sourceKinds } from "./sources/index.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";

const sources = z
  .strictObject({
    rootfs: sourceKinds.rootfs.schema.optional(),
    apt: sourceKinds.apt.schema.optional(),
    pip: sourceKinds.pip.schema.optional(),
    npm: sourceKinds.npm.schema.optional(),
    go: sourceKinds.go.schema.optional(),
    images: sourceKinds.images.schema.optional(),
  })
  .refine(
    (source) => Object.keys(source).length === 1,
    "a source is one of rootfs, apt, pip, npm, go, images",
  );

const schema = z.strictObject({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("Image"),
  summary: words.summary,
  from: words.recipeName.optional(),
  repository: words.repository.optional(),
  tags: z.array(words.imageReference).default([]),
  upstream: words.imageReference.optional(),
  sources: z.array(sources).default([]),
});

export type SourceEntry = z.infer<typeof sources>;

/** What `images/<name>/image.yaml` says; see images/README.md for each field. */
export interface Recipe extends z.infer<typeof schema> {
  /** The folder's name. */
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
}

/** A recipe, or every problem of its text, with lines. */
export type ParsedRecipe = { readonly recipe: Recipe } | { readonly problems: readonly LabProblem[] };

/** @param file how the file is called in problems: `images/nginx-1.22.1/image.yaml`. */
export function parseRecipe(input: {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}): ParsedRecipe {
  const parsed = parseYaml(schema, input.text, input.file);
  if (!parsed.ok) return parsed;
  return { recipe: { ...parsed.value, name: input.name, folder: input.folder } };
}
