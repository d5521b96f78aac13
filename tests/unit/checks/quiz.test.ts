import { describe, expect, it } from "vitest";
import { answerHash, quiz } from "../../../src/checks/quiz.ts";
import { fakeCheckContext, fakeLabState } from "../../support/fake-check-context.ts";

const salt = "0123456789abcdef";
const question = {
  id: "pods",
  question: "How many pods?",
  choices: { a: "One", b: "Three" },
  answer: { salt, hash: answerHash({ salt, question: "pods", choice: "b" }) },
  explain: "replicas: 3",
};
const spec = quiz.spec.parse({ kind: "quiz", exercise: "quiz", questions: [question] });
const answered = (choice: string) => fakeLabState({ quiz: { quiz: { pods: choice } } });

describe("quiz", () => {
  it("passes with the right answer", async () => {
    expect(await quiz.observe(spec, fakeCheckContext({ state: answered("b") }))).toEqual([]);
  });

  it("fails with a wrong one, and does not tell the right one", async () => {
    const [finding] = await quiz.observe(spec, fakeCheckContext({ state: answered("a") }));
    expect(finding).toMatchObject({
      actual: '"One"',
      expected: "the right answer",
      next: "labctl quiz test",
    });
    expect(JSON.stringify(finding)).not.toContain("Three");
  });

  it("fails unanswered, started or not", async () => {
    expect(await quiz.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "no answer yet" }]);
    expect(await quiz.observe(spec, fakeCheckContext({ state: fakeLabState() }))).toHaveLength(1);
  });

  it("does not take an answer given to another exercise", async () => {
    const state = fakeLabState({ quiz: { other: { pods: "b" } } });
    expect(await quiz.observe(spec, fakeCheckContext({ state }))).toHaveLength(1);
  });

  it("refuses a question whose hash no choice has", () => {
    const lost = { ...question, choices: { a: "One" } };
    const parsed = quiz.spec.safeParse({ kind: "quiz", exercise: "quiz", questions: [lost] });
    expect(parsed.error?.issues[0]?.message).toBe("no choice has the answer's hash");
  });
});
