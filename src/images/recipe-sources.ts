import type { Recipe } from "./recipe.ts";
import { sourceKinds } from "./sources/index.ts";
import type { ContextEntry, Pin, SourceContext, SourceKind } from "./sources/source.ts";

/** A source of a recipe with its kind's knowledge applied to it. */
export interface RecipeSource {
  readonly lane: SourceKind["lane"];
  /** As progress names it: `go`, `apt`. */
  readonly kind: string;
  readonly folders: readonly string[];
  readonly needs: readonly string[];
  readonly pins: readonly Pin[];
  prepare(context: SourceContext): Promise<readonly ContextEntry[]>;
}

/** In the order of image.yaml. */
export function sourcesOf(recipe: Recipe): readonly RecipeSource[] {
  return recipe.sources.flatMap((source) =>
    Object.entries(source).map(([key, spec]) => {
      // The schema let only these keys through, each with the spec of its own kind.
      const kind = sourceKinds[key as keyof typeof sourceKinds] as SourceKind;
      return {
        kind: key,
        lane: kind.lane,
        folders: kind.folders?.(spec) ?? [],
        needs: kind.needs?.(spec) ?? [],
        pins: kind.pins?.(spec) ?? [],
        prepare: (context) => kind.prepare(spec, context),
      };
    }),
  );
}
