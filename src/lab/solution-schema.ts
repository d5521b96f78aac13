import { z } from "zod";
import { parseYaml, type Parsed } from "../yaml/parse-yaml.ts";
import type { Exercise } from "./schema.ts";
import { labStep, type LabStep } from "./steps-schema.ts";

/** Steps that belong together: what somebody does for some exercises in one go. */
export interface StepGroup {
  /** Exercises by id. */
  readonly exercises: readonly string[];
  /** Exercises that have to be done before, beside those that lab.yaml says are required. */
  readonly after: readonly string[];
  readonly steps: readonly LabStep[];
}

const rest = { after: z.array(z.string()).default([]), steps: z.array(labStep).min(1) };
const groupOfOne = z.strictObject({ exercise: z.string(), ...rest });
const groupOfSeveral = z.strictObject({ exercises: z.array(z.string()).min(1), ...rest });

// Flat, since of a union in a union no problem is told with its place.
const item = z.union([...labStep.options, groupOfOne, groupOfSeveral]);

type Item = z.infer<typeof item>;
type Group = Extract<Item, { steps: unknown }>;
type KnownExercise = Pick<Exercise, "id" | "checks">;

/**
 * Reads `solution/steps.yaml`: what takes an untouched lab to a solved one, as steps or as groups of steps. Steps
 * without groups are one group, of all exercises.
 */
export function parseSolution(
  text: string,
  { file, exercises }: { readonly file: string; readonly exercises: readonly KnownExercise[] },
): Parsed<readonly StepGroup[]> {
  const ids = exercises.map(({ id }) => id);
  const schema = z
    .array(item)
    .min(1)
    .superRefine((items, context) => {
      for (const { path, message } of problemsOf(items, exercises))
        context.addIssue({ code: "custom", path: [...path], message });
    })
    .transform((items): readonly StepGroup[] => {
      const groups = items.filter(isGroup);
      if (groups.length > 0) return groups.map(toGroup);
      return [{ exercises: ids, after: [], steps: items.filter(isStep) }];
    });
  return parseYaml(schema, text, file);
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function problemsOf(items: readonly Item[], exercises: readonly KnownExercise[]): readonly Problem[] {
  const groups = items.filter(isGroup);
  if (groups.length === 0) return [];
  const stray = items.findIndex(isStep);
  if (stray >= 0)
    return [{ path: [stray], message: "this step is in no group, and others are: all of them, or none" }];
  const ids = exercises.map(({ id }) => id);
  const named = groups.flatMap((group, index) => namesIn(group).map((name) => ({ index, ...name })));
  const unknown = named.filter(({ id }) => !ids.includes(id));
  const done = groups.flatMap((group) => toGroup(group).exercises);
  const missing = exercises.filter(({ id, checks }) => !done.includes(id) && !isQuiz(checks));
  return [
    ...unknown.map(({ index, path, id }) => ({
      path: [index, ...path],
      message: `the lab has no exercise ${id}`,
    })),
    ...missing.map(({ id }) => ({ path: [], message: `exercise ${id} is in no group` })),
  ];
}

/** Exercises, with where they are named in the group. */
function namesIn(group: Group): readonly { readonly path: readonly PropertyKey[]; readonly id: string }[] {
  const inList = (key: string, ids: readonly string[]) => ids.map((id, at) => ({ path: [key, at], id }));
  const own =
    "exercise" in group ? [{ path: ["exercise"], id: group.exercise }] : inList("exercises", group.exercises);
  return [...own, ...inList("after", group.after)];
}

function isGroup(one: Item): one is Group {
  return "steps" in one;
}

function isStep(one: Item): one is LabStep {
  return !isGroup(one);
}

/** Answers may be kept along with any other step. */
function isQuiz(checks: KnownExercise["checks"]): boolean {
  return checks.every(({ kind }) => kind === "quiz");
}

function toGroup(group: Group): StepGroup {
  const { after, steps } = group;
  return { exercises: "exercise" in group ? [group.exercise] : group.exercises, after, steps };
}
