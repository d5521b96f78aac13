import type { LabProblem } from "../../errors.ts";

/** Where a go.mod puts a folder of this machine in a module's place: https://go.dev/ref/mod#go-mod-file-replace */
export function goModProblems(text: string, file: string): readonly LabProblem[] {
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*\/\//.test(line)) return [];
    // A folder begins with a dot or a slash, which a string may write as an escape.
    const replacements = line.split("=>").slice(1);
    if (replacements.every((text) => /^\s*["`]?[A-Za-z0-9]/.test(text))) return [];
    const message = "a module and its version, like example.com/x => example.com/y v1.2.3";
    return [{ file, line: index + 1, message }];
  });
}
