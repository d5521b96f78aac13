import { z } from "zod";
import { defineCheck } from "./check.ts";
import { mostChoices, rightAnswer } from "./quiz-answer.ts";

/** One question with its choices; what is right is kept as a salted hash, so that the file does not give it away. */
export const quizQuestion = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    question: z.string().min(1),
    several: z
      .boolean()
      .default(false)
      .describe("More than one choice may be right: all of those, and no other, are the answer."),
    choices: z
      .record(z.string().regex(/^[a-z0-9-]+$/), z.string().min(1))
      .refine(
        (choices) => Object.keys(choices).length <= mostChoices,
        `at most ${String(mostChoices)} choices`,
      )
      .describe("Shuffled for each student."),
    answer: z.strictObject({
      salt: z.string().regex(/^[0-9a-f]{8,}$/),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe(
          "SHA-256 of `salt:question-id:choice-id`, in hex; of several choices their ids in the order of the alphabet, with commas between: `a,c`.",
        ),
    }),
    explain: z.string().min(1).describe("Shown once the answer is right."),
  })
  .refine((question) => rightAnswer(question) !== undefined, {
    message: "no choice has the answer's hash",
    path: ["answer", "hash"],
  });

export type QuizQuestion = z.infer<typeof quizQuestion>;

const spec = z.strictObject({
  kind: z.literal("quiz"),
  exercise: z.string().describe("The exercise's id, under which its answers are stored."),
  questions: z.array(quizQuestion).min(1),
});

export type Spec = z.infer<typeof spec>;

/** Questions, answered with `labctl quiz`. Written as an exercise's `quiz:`, which becomes this check. */
export const quiz = defineCheck({
  kind: "quiz",
  does: "looks",
  summary: "Questions are answered right with `labctl quiz`; written as `quiz:` in an exercise.",
  spec,
  observer: () => import("./quiz.ts"),
});
