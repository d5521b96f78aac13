import { withInner } from "../checks/index.ts";
import type { LabProblem } from "../errors.ts";
import { sourceProblem, type Deck } from "./decks.ts";
import { parseYaml, type LineOf } from "../yaml/parse-yaml.ts";
import { labFile, type Exercise, type LabFile } from "./schema.ts";

export interface ParseOptions {
  /** As problems name it: `03-nginx-deployment/lab.yaml`. */
  readonly file: string;
  /** What a lab may need: the folders of images/, of charts/, of manifests/ and of tools/. */
  readonly known: KnownParts;
}

export interface KnownParts {
  readonly images: readonly string[];
  readonly charts: readonly string[];
  readonly addons: readonly string[];
  readonly tools: readonly string[];
  /** The lecture. Left out: sources are not looked at. */
  readonly decks?: readonly Deck[];
}

export type ParsedLab =
  | { readonly ok: true; readonly lab: LabFile }
  | { readonly ok: false; readonly problems: readonly LabProblem[] };

/** Reads lab.yaml's text. Pure; all problems at once. An exercise's quiz becomes a check of kind `quiz`. */
export function parseLab(text: string, { file, known }: ParseOptions): ParsedLab {
  const parsed = parseYaml(labFile, text, file);
  if (!parsed.ok) return parsed;
  const problems = findProblems(parsed.value, known).map((problem) => locate(problem, file, parsed.lineOf));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, lab: { ...parsed.value, exercises: parsed.value.exercises.map(withQuizCheck) } };
}

interface PathProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function locate({ path, message }: PathProblem, file: string, lineOf: LineOf): LabProblem {
  const line = lineOf(path);
  return { file, ...(line === undefined ? {} : { line }), message };
}

/** What no schema says: ids that are there twice, and names of things that do not exist. */
function findProblems(lab: LabFile, known: KnownParts): PathProblem[] {
  return [
    ...unknownNames(lab.needs.images, known.images, ["needs", "images"], "image: images/ has no folder"),
    ...unknownNames(lab.needs.charts, known.charts, ["needs", "charts"], "chart: charts/ has no folder"),
    ...unknownNames(lab.needs.addons, known.addons, ["needs", "addons"], "add-on: manifests/ has no folder"),
    ...unknownNames(lab.needs.tools, known.tools, ["needs", "tools"], "tool: tools/ has no folder"),
    ...sourceProblems(lab, known),
    ...duplicates(lab.exercises.map(({ id }) => id)).map((index) => ({
      path: ["exercises", index, "id"],
      message: `the exercise id ${lab.exercises[index]?.id ?? ""} is there twice`,
    })),
    ...lab.exercises.flatMap((exercise, index) => [
      ...exerciseProblems(exercise, index, lab),
      ...quizProblems(exercise, ["exercises", index, "quiz"]),
    ]),
  ];
}

function sourceProblems({ source }: LabFile, { decks }: KnownParts): PathProblem[] {
  return source.flatMap((each, index) => {
    const message = decks && sourceProblem(each, decks);
    return message === undefined ? [] : [{ path: ["source", index], message }];
  });
}

function unknownNames(
  names: readonly string[],
  known: readonly string[],
  path: readonly PropertyKey[],
  what: string,
): PathProblem[] {
  const unknown = names.map((name, index) => ({ name, index })).filter(({ name }) => !known.includes(name));
  return unknown.map(({ name, index }) => ({ path: [...path, index], message: `unknown ${what} ${name}` }));
}

function exerciseProblems(exercise: Exercise, index: number, lab: LabFile): PathProblem[] {
  const earlier = lab.exercises.slice(0, index).map(({ id }) => id);
  const missing = exercise.requires.filter((id) => !earlier.includes(id));
  return [
    ...missing.map((id) => ({
      path: ["exercises", index, "requires"],
      message: `requires: no exercise ${id} comes before ${exercise.id}`,
    })),
    ...exercise.checks.flatMap((each, at) =>
      withInner(each).flatMap(({ path, value: check }) =>
        check.kind === "unchanged-pods" && !lab.start.ready.includes(check.deployment)
          ? [
              {
                path: ["exercises", index, "checks", at, ...path, "deployment"],
                message: `the pods of ${check.deployment} are not recorded: add it to start.ready`,
              },
            ]
          : [],
      ),
    ),
  ];
}

function quizProblems({ quiz = [] }: Exercise, path: readonly PropertyKey[]): PathProblem[] {
  return duplicates(quiz.map(({ id }) => id)).map((index) => ({
    path: [...path, index, "id"],
    message: `the question id ${quiz[index]?.id ?? ""} is there twice`,
  }));
}

/** The indexes of those that an earlier one equals. */
function duplicates(ids: readonly string[]): number[] {
  return ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
}

function withQuizCheck(exercise: Exercise): Exercise {
  if (!exercise.quiz) return exercise;
  return {
    ...exercise,
    checks: [...exercise.checks, { kind: "quiz", exercise: exercise.id, questions: exercise.quiz }],
  };
}
