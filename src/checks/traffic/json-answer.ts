import { z } from "zod";
import { celOver } from "../objects/cel-expression.ts";
import { excerpt, type Mismatch } from "./expectation.ts";
import { parseJson } from "../../parse-json.ts";

/** Conditions that an answer has to meet, read as JSON. */
export const jsonConditions = z
  .array(
    z.strictObject({
      that: celOver("json").describe("CEL over `json`, the answer's body."),
      message: z.string().min(1).describe("What is wrong when it does not hold, for the student."),
      reason: z.string().default("condition-not-met").describe("What hints and cases refer to."),
    }),
  )
  .min(1);

/** Undefined when the body is JSON and all of it is as expected; else the first that is not. */
export function unmet(conditions: z.infer<typeof jsonConditions>, body: string): Mismatch | undefined {
  const json = parseJson(body);
  if (json === undefined) return { reason: "no-json", expected: "JSON", actual: excerpt(body) };
  for (const { that, message, reason } of conditions) {
    const { holds, trouble } = that.evaluate(json);
    if (!holds) return { reason, expected: that.source, actual: trouble ?? beginningOf(json), message };
  }
  return undefined;
}

const shown = 200;

function beginningOf(json: unknown): string {
  const text = JSON.stringify(json);
  return text.length > shown ? `${text.slice(0, shown)}…` : text;
}
