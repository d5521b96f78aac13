import { isPlainText } from "../plain-text.ts";
import { parseDuration } from "../terminal/duration.ts";
import { fencedBlocks, type FencedBlock } from "../terminal/marked-blocks.ts";
import type { LabProblem } from "../errors.ts";

/** Commands of a lab's README that a student is told to type. */
export interface CommandBlock {
  readonly kind: "commands";
  /** Of the fence in README.md, so that the script's first line is the one after it. */
  readonly line: number;
  readonly script: string;
  /** Exercises whose steps of the solution come before: those that the text leaves to the student. */
  readonly after: readonly string[];
  /** Exercises that pass afterwards. */
  readonly passes: readonly string[];
  /** It ends with an error, on purpose. */
  readonly fails: boolean;
  readonly withinMs: number;
  readonly promise?: PromisedOutput;
}

/** Lines that commands have to print in this order; `...` in one stands for any text, and one of `...` for any lines. */
export interface PromisedOutput {
  readonly line: number;
  readonly text: string;
}

/** A file that the student writes. */
export interface FileBlock {
  readonly kind: "file";
  readonly line: number;
  /** Below the folder that the student works in. */
  readonly path: string;
  readonly content: string;
  /** The text leaves gaps in it; the solution's file of the same name has none. */
  readonly gaps: boolean;
}

export type TextPart = CommandBlock | FileBlock;

/** Whether a part is commands; a text without any is only read. */
export function isTyped(part: TextPart): part is CommandBlock {
  return part.kind === "commands";
}

export interface ParsedText {
  readonly parts: readonly TextPart[];
  /** What is wrong with the marks, all at once; the parts are worth nothing then. */
  readonly problems: readonly LabProblem[];
}

/** What a gap looks like. */
export const gap = "___";

/** Longer than anything that a text lets somebody wait for without saying so. */
const usualMs = 120_000;

/** Reads the marked blocks of README.md's text. Pure; blocks without marks are shown, and no more. */
export function parseText(
  markdown: string,
  { file, exercises }: { readonly file: string; readonly exercises: readonly string[] },
): ParsedText {
  const parts: TextPart[] = [];
  const problems: LabProblem[] = [];
  let before: CommandBlock | undefined;
  for (const block of fencedBlocks(markdown)) {
    const tell = (message: string): void => void problems.push({ file, line: block.line, message });
    const marks = block.words.slice(1);
    if (marks.length > 0 && !isPlainText(block.text))
      tell("it has characters that move, colour or hide text");
    const [first = ""] = marks;
    const commands = before;
    before = undefined;
    if (first === "run") {
      before = readCommands(block, exercises, tell);
      parts.push(before);
    } else if (marks.includes("output")) {
      if (marks.length > 1) tell(`"output" is the only mark of its block`);
      if (!commands) tell("the block before it is none of commands that are run, so nothing prints this");
      else parts.splice(parts.indexOf(commands), 1, { ...commands, promise: block });
    } else if (first.startsWith("file=")) parts.push(readFileBlock(block, tell));
    else if (marks.length > 0) tell(`unknown mark "${first}": run, output or file=… (docs/authoring.md)`);
  }
  return { parts, problems };
}

type Tell = (message: string) => void;

function readCommands(
  { line, words, text }: FencedBlock,
  known: readonly string[],
  tell: Tell,
): CommandBlock {
  const [language = "", , ...marks] = words;
  if (language !== "console") tell(`commands to run stand in a block of console, not of ${language}`);
  if (text.trim() === "") tell("there is no command in it");
  const given = new Map<string, string | undefined>();
  for (const mark of marks) {
    const [name = "", ...value] = mark.split("=");
    const isKnown = ["after", "passes", "within", "fails"].includes(name);
    if (!isKnown || (name === "fails") !== (value.length === 0))
      tell(`unknown word "${mark}" after run: after=…, passes=…, within=… or fails`);
    else if (given.has(name)) tell(`"${name}" is there twice`);
    else given.set(name, value.join("="));
  }
  const ids = (name: string): readonly string[] => {
    const list = given.get(name)?.split(",") ?? [];
    for (const id of list) if (!known.includes(id)) tell(`${name}: the lab has no exercise "${id}"`);
    return list;
  };
  const span = given.get("within");
  const withinMs = span === undefined ? usualMs : (parseDuration(span) ?? 0);
  if (withinMs <= 0) tell(`within: "${span ?? ""}" is no time span: 90s, 5m`);
  return {
    kind: "commands",
    line,
    script: text,
    after: ids("after"),
    passes: ids("passes"),
    fails: given.has("fails"),
    withinMs,
  };
}

function readFileBlock({ line, words, text }: FencedBlock, tell: Tell): FileBlock {
  const [, named = "", ...others] = words;
  const path = named.slice("file=".length);
  if (!isPlainPath(path)) tell(`file: "${path}" is no plain path below the folder that students work in`);
  const [other] = others.filter((word) => word !== "gaps");
  if (other !== undefined) tell(`unknown word "${other}" after file=…: gaps`);
  const gaps = others.includes("gaps");
  if (gaps && !text.includes(gap)) tell(`it is marked with "gaps", and has no ${gap}`);
  if (!gaps && text.includes(gap)) tell(`it has a gap (${gap}), and is not marked with "gaps"`);
  return { kind: "file", line, path, content: `${text}\n`, gaps };
}

function isPlainPath(path: string): boolean {
  return (
    /^(?!-)[\w.@+-]+(\/[\w.@+-]+)*$/.test(path) && !path.split("/").some((part) => /^\.{1,2}$/.test(part))
  );
}
