import { describe, expect, it } from "vitest";
import { answerHash, joinChoices } from "../../../src/checks/quiz-answer.ts";
import { quiz } from "../../../src/checks/quiz-spec.ts";
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

  it("refuses more choices than it can try, and says so", () => {
    const choices = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`c${String(at)}`, "x"]));
    const parsed = quiz.spec.safeParse({
      kind: "quiz",
      exercise: "quiz",
      questions: [{ ...question, choices, several: true }],
    });
    expect(parsed.error?.issues.map(({ message }) => message)).toContain("at most 10 choices");
  });
});

describe("quiz, where several choices are right", () => {
  const several = {
    ...question,
    several: true,
    choices: { a: "Scaling", b: "Coffee", c: "Healing", d: "Jobs" },
    answer: { salt, hash: answerHash({ salt, question: "pods", choice: "a,c,d" }) },
  };
  const ofSeveral = quiz.spec.parse({ kind: "quiz", exercise: "quiz", questions: [several] });
  const look = (given: string) => quiz.observe(ofSeveral, fakeCheckContext({ state: answered(given) }));

  it("passes with all of them, written in the order of the alphabet", async () => {
    expect(joinChoices(["d", "a", "c", "a"])).toBe("a,c,d");
    expect(await look("a,c,d")).toEqual([]);
  });

  it.each(["a", "a,c", "a,b,c,d", "b"])(
    "fails with %s, and tells neither what lacks nor what is too much",
    async (given) => {
      const findings = await look(given);
      expect(findings).toMatchObject([
        { expected: "the right answer", message: "Not right: How many pods?" },
      ]);
      const others = Object.entries(several.choices).filter(([id]) => !given.split(",").includes(id));
      for (const [, text] of others) expect(JSON.stringify(findings)).not.toContain(text);
    },
  );

  it("names all the choices that were given", async () => {
    expect(await look("a,c")).toMatchObject([{ actual: '"Scaling" and "Healing"' }]);
  });

  it("is refused without `several`, and with a hash that no set of choices has", () => {
    const parse = (over: object) =>
      quiz.spec.safeParse({ kind: "quiz", exercise: "quiz", questions: [{ ...several, ...over }] });
    expect(parse({ several: false }).error?.issues[0]?.message).toBe("no choice has the answer's hash");
    const { a, b } = several.choices;
    expect(parse({ choices: { a, b } }).error?.issues[0]?.message).toBe("no choice has the answer's hash");
  });
});
