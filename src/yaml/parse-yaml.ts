import { isMap, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import type { LabProblem } from "../errors.ts";
import { isPlainText } from "../plain-text.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: LineOf }
  | { readonly ok: false; readonly problems: readonly LabProblem[] };

/** The 1-based line of the value at a path, or of the nearest thing around it that is there. */
export type LineOf = (path: readonly PropertyKey[]) => number | undefined;

/** Parses YAML text by a schema. All problems at once, each with the line it is about. */
export function parseYaml<S extends z.ZodType>(schema: S, text: string, file: string): Parsed<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      file,
      line: lines.linePos(pos[0]).line,
      message,
    }));
    return { ok: false, problems };
  }
  const lineOf: LineOf = (path) => nearestLine(document, lines, path);
  const plain = toPlain(document);
  if (plain instanceof Error) return { ok: false, problems: [{ file, line: 1, message: plain.message }] };
  const unfit = findUnfit(plain.value);
  if (unfit) {
    const line = lineOf(unfit.path);
    return {
      ok: false,
      problems: [{ file, ...(line === undefined ? {} : { line }), message: unfit.message }],
    };
  }
  const parsed = schema.safeParse(plain.value);
  if (parsed.success) return { ok: true, value: parsed.data, lineOf };
  const problems = parsed.error.issues.flatMap(unfold).map((issue) => toProblem(issue, file, lineOf));
  return { ok: false, problems };
}

/** As data; an error where aliases would make too much of it. */
function toPlain(document: Document): { readonly value: unknown } | Error {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

interface Unfit {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What no schema forbids: text that a terminal obeys, and what holds itself, which has no end as JSON. */
function findUnfit(
  value: unknown,
  path: readonly PropertyKey[] = [],
  around: readonly unknown[] = [],
): Unfit | undefined {
  if (typeof value === "string" && !isPlainText(value))
    return {
      path,
      message: `${path.map(String).join(".")}: it has characters that move, colour or hide text`,
    };
  if (typeof value !== "object" || value === null) return undefined;
  if (around.includes(value))
    return { path, message: `${path.map(String).join(".")}: an alias of what it is in` };
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, key];
    const found = isPlainText(key) ? findUnfit(inner, at, [...around, value]) : findUnfit(key, path);
    if (found) return found;
  }
  return undefined;
}

type Issue = z.core.$ZodIssue;

/** An unknown key is a problem of its own line, as is one that no key may be called; of a union, only the alternative that came nearest is told. */
function unfold(issue: Issue): readonly Issue[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ ...inner, path: issue.path }));
  }
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const [nearest] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
  if (!nearest) return [issue];
  return nearest.flatMap((inner) => unfold({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** A key that the alternative does not know weighs more than one that is missing or wrong. */
function distance(issues: readonly Issue[]): number {
  const weights = issues.map((issue) => (issue.code === "unrecognized_keys" ? 10 * issue.keys.length : 1));
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function toProblem(issue: Issue, file: string, lineOf: LineOf): LabProblem {
  const line = lineOf(issue.path);
  const path = issue.path.map(String).join(".");
  const message = issue.code === "unrecognized_keys" ? "there is no such key" : issue.message;
  return {
    file,
    ...(line === undefined ? {} : { line }),
    message: path === "" ? message : `${path}: ${message}`,
  };
}

function nearestLine(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const at = offsetOf(document, path.slice(0, length));
    if (at !== undefined) return lines.linePos(at).line;
  }
  return 1;
}

/** Where the key stands, for a key of a map; else where the value begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const key: unknown = parent.items.find((pair) => String(pair.key) === String(last))?.key;
    return rangeStart(key);
  }
  return rangeStart(document.getIn(path, true));
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : undefined;
}
