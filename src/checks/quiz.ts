import type { LookContext, CheckFinding } from "../look/look.ts";
import { labName } from "../look/lab-name.ts";
import { isRightAnswer } from "./quiz-answer.ts";
import type { QuizQuestion, Spec } from "./quiz-spec.ts";

export function observe(
  { exercise, questions }: Spec,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const answers = context.state?.quiz[exercise] ?? {};
  return Promise.resolve(questions.flatMap((question) => judge(question, answers[question.id], context)));
}

function judge(
  question: QuizQuestion,
  given: string | undefined,
  context: LookContext,
): readonly CheckFinding[] {
  if (given !== undefined && isRightAnswer(question, given)) return [];
  const next = `labctl quiz ${labName(context)}`;
  const about = { object: `Question/${question.id}`, expected: "the right answer", next };
  if (given === undefined) {
    return [
      {
        ...about,
        reason: "not-answered",
        actual: "no answer yet",
        message: `Not answered yet: ${question.question}`,
      },
    ];
  }
  const actual = given.split(",").map((choice) => `"${question.choices[choice] ?? choice}"`);
  return [
    {
      ...about,
      reason: "wrong-answer",
      actual: actual.join(" and "),
      message: `Not right: ${question.question}`,
    },
  ];
}
