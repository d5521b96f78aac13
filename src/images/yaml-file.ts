import { LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import type { LabProblem } from "../errors.ts";

/** The value of a YAML file that a schema accepts, or all that is wrong with it, each with its line. */
export function parseYaml<Schema extends z.ZodType>(input: {
  readonly file: string;
  readonly text: string;
  readonly schema: Schema;
}): { readonly value: z.infer<Schema> } | { readonly problems: readonly LabProblem[] } {
  const { file } = input;
  const lines = new LineCounter();
  const document = parseDocument(input.text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file,
      line: lines.linePos(error.pos[0]).line,
      message: error.message.split("\n")[0]?.replace(/ at line \d+.*$/, "") ?? error.code,
    }));
    return { problems };
  }
  const result = input.schema.safeParse(document.toJS());
  if (result.success) return { value: result.data };
  const problems = result.error.issues.map((issue) => ({
    file,
    line: lines.linePos(offsetOf(document, placeOf(issue))).line,
    message: `${issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `}${issue.message}`,
  }));
  return { problems };
}

/** For an unknown key zod names the object; the key itself is the place to look at. */
function placeOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
}

/** Where the node of a path begins; of the closest one above it when it is not there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      { readonly range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return node.range[0];
  }
  return 0;
}
