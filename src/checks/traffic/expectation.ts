import { z } from "zod";
import { matches } from "../../briefly.ts";
import type { HttpAnswer } from "../../probe/probe.ts";

/** A JavaScript regular expression, compiled when the file is parsed. */
export const pattern = z
  .string()
  .min(1)
  .transform((source, context): RegExp => {
    try {
      return new RegExp(source, "u");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.issues.push({ code: "custom", input: source, message: why });
      return z.NEVER;
    }
  });

/** What an HTTP answer has to look like. Header names are in lower case, as an answer's are. */
export const expectation = z.strictObject({
  status: z.int().min(100).max(599),
  headers: z.record(z.string().regex(/^[a-z0-9-]+$/, "a header's name, in lower case"), pattern).optional(),
  body: pattern.optional(),
});

export type Expectation = z.infer<typeof expectation>;

/** What was wanted and what came instead; a failed exchange is told in the same two words. */
export interface Mismatch {
  /** As of a finding. */
  readonly reason: string;
  readonly expected: string;
  readonly actual: string;
  /** What it means, where whoever expects it says so. */
  readonly message?: string;
}

/** Undefined when the answer is as expected. */
export function mismatch(expected: Expectation, answer: HttpAnswer): Mismatch | undefined {
  if (!answer.ok)
    return {
      reason: "no-answer",
      expected: `an answer with status ${String(expected.status)}`,
      actual: whyNone(answer),
    };
  if (answer.status !== expected.status) {
    return {
      reason: "another-status",
      expected: `status ${String(expected.status)}`,
      actual: `status ${String(answer.status)}`,
    };
  }
  for (const [name, wanted] of Object.entries(expected.headers ?? {})) {
    const value = answer.headers[name];
    if (value === undefined)
      return { reason: "another-header", expected: `a header ${name}`, actual: "no such header" };
    if (!matches(wanted, value))
      return {
        reason: "another-header",
        expected: `header ${name} like ${wanted.source}`,
        actual: `${name}: ${value}`,
      };
  }
  if (expected.body && !matches(expected.body, answer.body)) {
    return {
      reason: "another-page",
      expected: `a page with ${expected.body.source}`,
      actual: excerpt(answer.body),
    };
  }
  return undefined;
}

/** curl's own words for the commonest reason say nothing to who has not met them. */
function whyNone({ reason, message }: Extract<HttpAnswer, { ok: false }>): string {
  return reason === "refused" ? "connection refused, as if nothing listened there" : message;
}

/** The beginning of a page, without its tags. */
export function excerpt(body: string): string {
  const text = body
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (text === "") return "an empty page";
  return text.length > 60 ? `a page that begins "${text.slice(0, 60)}…"` : `a page with "${text}"`;
}
