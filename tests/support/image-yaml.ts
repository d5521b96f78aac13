/** The text of an image.yaml. */
export function imageYaml(
  recipe: {
    readonly from?: string;
    readonly repository?: string;
    readonly upstream?: string;
    readonly tags?: readonly string[];
    /** Each as it stands behind its dash. */
    readonly sources?: readonly string[];
  } = {},
): string {
  const { sources = [], tags = [], ...rest } = recipe;
  return [
    "apiVersion: labctl.dev/v1",
    "kind: Image",
    "summary: An image",
    ...Object.entries(rest).map(([key, value]) => `${key}: ${value}`),
    `tags: ${JSON.stringify(tags)}`,
    ...(sources.length > 0 ? ["sources:"] : []),
    ...sources.map((source) => `  - ${source}`),
    "",
  ].join("\n");
}
