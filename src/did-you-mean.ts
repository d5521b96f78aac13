import { closest, distance } from "fastest-levenshtein";

/** The name that was most likely meant, or undefined when none is near. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const containing = names.filter((name) => word.length > 2 && name.includes(word));
  if (containing.length === 1) return containing[0];
  if (names.length === 0) return undefined;
  const nearest = closest(word, [...names]);
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 2)) ? nearest : undefined;
}
