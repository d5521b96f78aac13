import type { Exercise, Lab } from "../lab/schema.ts";

/** The exercises asked for, with those that they require, in the lab's order; all where none is named. */
export function chooseExercises(
  { exercises }: Pick<Lab, "exercises">,
  only: readonly string[] | undefined,
): readonly Exercise[] {
  if (!only) return exercises;
  const wanted = new Set(only);
  for (const { id, requires } of [...exercises].reverse())
    if (wanted.has(id)) for (const other of requires) wanted.add(other);
  return exercises.filter(({ id }) => wanted.has(id));
}
