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
