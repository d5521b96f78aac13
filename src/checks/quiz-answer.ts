import { createHash } from "node:crypto";

interface Answerable {
  readonly id: string;
  readonly answer: { readonly salt: string; readonly hash: string };
}

interface Hashed {
  readonly salt: string;
  readonly question: string;
  /** One choice's id, or an answer of several as `joinChoices` writes it. */
  readonly choice: string;
}

/** SHA-256 of `salt:question:choice`, in hex. */
export function answerHash({ salt, question, choice }: Hashed): string {
  return createHash("sha256").update(`${salt}:${question}:${choice}`).digest("hex");
}

/** An answer of one choice or of several, as it is stored and hashed: `a`, `a,c`. */
export function joinChoices(choices: readonly string[]): string {
  return [...new Set(choices)].sort().join(",");
}

/** Whether this is the answer: all that is right, and nothing else. @param given as `joinChoices` writes it. */
export function isRightAnswer({ id, answer }: Answerable, given: string): boolean {
  return answerHash({ salt: answer.salt, question: id, choice: given }) === answer.hash;
}

interface Question extends Answerable {
  readonly several: boolean;
  readonly choices: Readonly<Record<string, string>>;
}

/** Each more of them doubles the answers that several can make. */
export const mostChoices = 10;

/** What is right, as `joinChoices` writes it, found by trying all there is; undefined where nothing has the hash. */
export function rightAnswer(question: Question): string | undefined {
  const ids = Object.keys(question.choices);
  if (ids.length > mostChoices) return undefined;
  const answers = question.several ? subsets(ids).map(joinChoices) : ids;
  return answers.find((answer) => isRightAnswer(question, answer));
}

/** All of them but the empty one: no question is answered by choosing nothing. */
function subsets(ids: readonly string[]): readonly (readonly string[])[] {
  const all = ids.reduce<readonly (readonly string[])[]>(
    (sets, id) => [...sets, ...sets.map((set) => [...set, id])],
    [[]],
  );
  return all.slice(1);
}
