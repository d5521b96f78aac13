import { createHash } from "node:crypto";
import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { isRightAnswer, joinChoices } from "../checks/quiz-answer.ts";
import type { QuizQuestion } from "../checks/quiz-spec.ts";
import type { Lab } from "../lab/schema.ts";
import type { LabState } from "../records/state.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const quiz = defineCommand({
  usage: "quiz <lab>",
  summary: "The lab's questions",
  description: "Asks one after the other on a terminal; elsewhere it prints them, and --answer answers.",
  positionals: labPositional,
  options: {
    answer: {
      type: "string",
      array: true,
      default: [] as string[],
      describe:
        "question=choice, with the choice's number as shown, or its id in lab.yaml; several as 1,3; may be repeated",
    },
  },
  examples: [
    ["labctl quiz ingress --answer processes=2", "Answer one question without a terminal"],
    ["labctl quiz pods --answer deploy=1,3", "Where several choices may be right"],
  ],
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const questions = askable(run.lab);
    const { changeOwnState, requireOwnState } = await import("../lifecycle/own-state.ts");
    const kube = await run.context.kube();
    const { seed } = await requireOwnState(run, kube);
    const given = args.answer.map((text) => parseAnswer(text, questions, seed));
    const answers = given.length > 0 ? given : await askAll(questions, seed, deps);
    if (answers.length === 0) return exitCodes.ok;
    await changeOwnState(run, kube, (state) => ({ ...state, quiz: merge(state.quiz, answers) }));
    const right = answers.map(({ asked, choice }) => isRightAnswer(asked.question, choice));
    answers.forEach(({ asked }, index) => {
      const { id, explain } = asked.question;
      deps.streams.out.write(
        right[index] === true ? `✔ ${id}: ${explain}\n` : `✖ ${id}: not right, try again\n`,
      );
    });
    return right.every(Boolean) ? exitCodes.ok : exitCodes.checkFailed;
  },
});

interface Asked {
  readonly exercise: string;
  readonly question: QuizQuestion;
}

interface Answer {
  readonly asked: Asked;
  /** One choice's id, or several with commas between. */
  readonly choice: string;
}

function askable(lab: Lab): readonly Asked[] {
  const questions = lab.exercises.flatMap(({ id, quiz: own = [] }) =>
    own.map((question) => ({ exercise: id, question })),
  );
  if (questions.length > 0) return questions;
  throw new UsageError({ message: `Lab ${lab.id} has no quiz.`, hint: `Run: labctl show ${lab.id}` });
}

/** The choices' ids in the student's own order: the same each time, another one for another seed. */
export function shuffledChoices({ id, choices }: QuizQuestion, seed: string): readonly string[] {
  const rank = (choice: string): string =>
    createHash("sha256").update(`${seed}:${id}:${choice}`).digest("hex");
  return Object.keys(choices).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function render({ question }: Asked, seed: string): string {
  const choices = shuffledChoices(question, seed).map(
    (id, index) => `  ${String(index + 1)}) ${question.choices[id] ?? id}`,
  );
  const how = question.several ? "Several choices may be right: write 1,3 for two of them.\n" : "";
  return `${question.question} (${question.id})\n${choices.join("\n")}\n${how}`;
}

async function askAll(questions: readonly Asked[], seed: string, deps: Deps): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const asked of questions) {
    deps.streams.out.write(render(asked, seed));
    for (;;) {
      const reply = await deps.streams.ask("> ");
      if (reply === undefined) break;
      const choice = choiceOf(asked.question, reply.trim(), seed);
      if (choice !== undefined) {
        answers.push({ asked, choice });
        break;
      }
      deps.streams.out.write(`${howToAnswer(asked.question)}\n`);
    }
  }
  return answers;
}

function parseAnswer(text: string, questions: readonly Asked[], seed: string): Answer {
  const [id, reply = ""] = text.split("=", 2);
  const asked = questions.find(({ question }) => question.id === id);
  const choice = asked && choiceOf(asked.question, reply, seed);
  if (asked && choice !== undefined) return { asked, choice };
  throw new UsageError({
    message: asked
      ? `"${text}" is no answer to that question. ${howToAnswer(asked.question)}`
      : `"${text}" answers no question of this lab.`,
    lastSeen: asked
      ? `choices: ${Object.keys(asked.question.choices).join(", ")}`
      : `questions: ${questions.map(({ question }) => question.id).join(", ")}`,
    hint: "Write it as --answer question=choice",
  });
}

function howToAnswer({ choices, several }: QuizQuestion): string {
  const numbers = `1 to ${String(Object.keys(choices).length)}`;
  return several
    ? `Write numbers from ${numbers}, with commas between.`
    : `Write one number from ${numbers}.`;
}

/** The ids of the choices that a reply names, as they are stored; undefined when it names another, none or too many. */
function choiceOf(question: QuizQuestion, reply: string, seed: string): string | undefined {
  const shown = shuffledChoices(question, seed);
  const named = reply.split(/[\s,]+/).filter((word) => word !== "");
  const ids = named.map((word) => shown.find((id, index) => id === word || String(index + 1) === word));
  const known = ids.filter((id) => id !== undefined);
  if (known.length < named.length || known.length === 0) return undefined;
  return known.length > 1 && !question.several ? undefined : joinChoices(known);
}

function merge(quizzes: LabState["quiz"], answers: readonly Answer[]): LabState["quiz"] {
  const merged: Record<string, Readonly<Record<string, string>>> = { ...quizzes };
  for (const { asked, choice } of answers) {
    merged[asked.exercise] = { ...merged[asked.exercise], [asked.question.id]: choice };
  }
  return merged;
}
