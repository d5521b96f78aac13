import type { LabProblem } from "../../errors.ts";

const hash = "--hash=sha256:[0-9a-f]{64}";
const requirement = new RegExp(
  `^[A-Za-z0-9][A-Za-z0-9._-]*(?:\\[[A-Za-z0-9,._-]+\\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*(?: +${hash})+ *$`,
);

/**
 * What is in a requirements file beside packages with version and hash, and comments: pip takes options there, too, which
 * have it ask elsewhere or run what it downloads.
 */
export function requirementProblems(text: string, file: string): readonly LabProblem[] {
  return text.split("\n").flatMap((line, index) => {
    const message = problemOf(line, index);
    return message === undefined ? [] : [{ file, line: index + 1, message }];
  });
}

/** pip ends a line at more characters than an editor does, and reads another coding where a comment names one. */
function problemOf(line: string, index: number): string | undefined {
  if (!/^[\x20-\x7e\t]*$/.test(line)) return "only letters, digits and signs of ASCII";
  if (index < 2 && /coding[:=]/.test(line)) return "names no other coding: it is ASCII";
  if (/^\s*(?:#.*)?$/.test(line) || requirement.test(line)) return undefined;
  return "a package with version and hash, like flask==3.1.0 --hash=sha256:…";
}
