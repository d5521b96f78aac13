import { createHash } from "node:crypto";
import { z } from "zod";
import { defineCheck, type CheckContext, type CheckFinding } from "./check.ts";
import { labName } from "./lab-name.ts";

/** One question with its choices; the right one is kept as a salted hash, so that the file does not give it away. */
export const quizQuestion = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    question: z.string().min(1),
    choices: z
      .record(z.string().regex(/^[a-z0-9-]+$/), z.string().min(1))
      .describe("Shuffled for each student."),
    answer: z.strictObject({
      salt: z.string().regex(/^[0-9a-f]{8,}$/),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe("SHA-256 of `salt:question-id:choice-id`, in hex."),
    }),
    explain: z.string().min(1).describe("Shown once the answer is right."),
  })
  .refine(hasAnswer, { message: "no choice has the answer's hash", path: ["answer", "hash"] });

export type QuizQuestion = z.infer<typeof quizQuestion>;

interface Answerable {
  readonly id: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly answer: { readonly salt: string; readonly hash: string };
}

/** SHA-256 of `salt:question:choice`, in hex. */
export function answerHash({
  salt,
  question,
  choice,
}: Record<"salt" | "question" | "choice", string>): string {
  return createHash("sha256").update(`${salt}:${question}:${choice}`).digest("hex");
}

/** Whether this choice is the right one. */
export function isRightAnswer({ id, answer }: Answerable, choice: string): boolean {
  return answerHash({ salt: answer.salt, question: id, choice }) === answer.hash;
}

function hasAnswer(question: Answerable): boolean {
  return Object.keys(question.choices).some((choice) => isRightAnswer(question, choice));
}

const spec = z.strictObject({
  kind: z.literal("quiz"),
  exercise: z.string().describe("The exercise's id, under which its answers are stored."),
  questions: z.array(quizQuestion).min(1),
});

/** Questions, answered with `labctl quiz`. Written as an exercise's `quiz:`, which becomes this check. */
export const quiz = defineCheck({
  kind: "quiz",
  summary: "Questions are answered right with `labctl quiz`; written as `quiz:` in an exercise.",
  spec,
  observe({ exercise, questions }, context) {
    const answers = context.state?.quiz[exercise] ?? {};
    return Promise.resolve(questions.flatMap((question) => judge(question, answers[question.id], context)));
  },
});

function judge(
  question: QuizQuestion,
  choice: string | undefined,
  context: CheckContext,
): readonly CheckFinding[] {
  if (choice !== undefined && isRightAnswer(question, choice)) return [];
  const given = choice === undefined ? undefined : (question.choices[choice] ?? choice);
  return [
    {
      object: `Question/${question.id}`,
      expected: "the right answer",
      actual: given === undefined ? "no answer yet" : `"${given}"`,
      message:
        given === undefined ? `Not answered yet: ${question.question}` : `Not right: ${question.question}`,
      next: `labctl quiz ${labName(context)}`,
    },
  ];
}
