import { expectedError } from "../expected-error.ts";

/** Why something could not be looked at, as a report says it. @param where behind "labctl has a bug": " in its check http". */
export function whyNot(error: unknown, where = ""): string {
  const expected = expectedError(error);
  if (expected) return `${expected.message} Next: ${expected.hint}`;
  const bug = error instanceof Error ? error : new Error(String(error));
  const [, at = ""] = bug.stack?.split("\n    at ") ?? [];
  return `labctl has a bug${where}: ${bug.name}: ${bug.message} (at ${at}). Next: report this line.`;
}
