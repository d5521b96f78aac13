import { z } from "zod";
import { parseJson } from "../parse-json.ts";

const word = z.string().min(1);
const text = z.string().min(1).max(4000);

/** Whose diagnosis of labctl's own a finding asks for. */
const cause = z.union([
  // With a Deployment: its pods ought to be behind it.
  z.strictObject({ service: word, deployment: word.optional() }),
  z.strictObject({
    ingress: word,
    path: z.string().startsWith("/").optional(),
    deployment: word.optional(),
  }),
  // Well with so many Ready pods; with all that it has where nothing is said.
  z.strictObject({ deployment: word, atLeast: z.int().positive().optional() }),
  z.strictObject({ pod: word }),
  z.strictObject({ rollout: word }),
]);

const finding = z.strictObject({
  reason: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "small letters, digits and single hyphens"),
  object: word.max(300),
  path: word.max(300).optional(),
  expected: text,
  actual: text,
  message: text,
  next: text.optional(),
  cause: cause.optional(),
});

const nonce = z.string();

/** One line that a program writes: the word that labctl gave it, and one answer. */
const answer = z.union([
  z.strictObject({ nonce, announce: text }),
  z.strictObject({ nonce, observed: text }),
  z.strictObject({ nonce, value: z.record(z.string(), z.json()) }),
  z.strictObject({ nonce, ready: z.literal(true) }),
  z.strictObject({ nonce, finding }),
  z.strictObject({ nonce, errored: text }),
  z.strictObject({ nonce, done: z.literal(true) }),
]);

export type Answer = z.infer<typeof answer>;
export type ProgramFinding = z.infer<typeof finding>;
export type AskedCause = z.infer<typeof cause>;

/** What programs tell each other, and a page: by name. */
export type Values = Readonly<Record<string, unknown>>;

export type ParsedAnswer =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly why: string };

/** Reads a line. Pure. */
export function parseAnswer(line: string): ParsedAnswer {
  const parsed = answer.safeParse(parseJson(line));
  if (parsed.success) return { ok: true, answer: parsed.data };
  return { ok: false, why: "it is no answer of the protocol labctl.dev/program/v1" };
}
