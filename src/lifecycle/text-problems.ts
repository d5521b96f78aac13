/** What came of typing a block of a lab's text, where that is not what the text says: sentences with lines of README.md. */
import type { CommandBlock, PromisedOutput } from "../lab/text-parts.ts";
import type { Typed } from "../session/type-commands.ts";

/** Undefined where the block did what the text says. */
export function typingProblem(block: CommandBlock, typed: Typed): string | undefined {
  const { promise } = block;
  const line = `line ${String(block.line + (typed.last?.line ?? 0))}`;
  const end = lastLines(typed.output);
  if (typed.ended !== undefined) return `${line}: at "${commandOf(typed)}", ${typed.ended}${end}`;
  if (typed.exitCode !== 0 && !block.fails)
    return `${line}: "${commandOf(typed)}" ended with exit code ${String(typed.exitCode)}${end}`;
  if (typed.exitCode === 0 && block.fails)
    return `line ${String(block.line)}: the text says that it fails, and nothing of it does`;
  const missing = promise && missingLine(promise, typed.output);
  if (!missing) return undefined;
  return `line ${String(missing.line)}: "${missing.text}" is promised, and was not printed${end}`;
}

/** The first of the promised lines that does not come, after those before it have. */
function missingLine({ line, text }: PromisedOutput, output: string) {
  const printed = output.split("\n").map(inSingleSpaces);
  for (const [index, each] of text.split("\n").map(inSingleSpaces).entries()) {
    if (each === "" || isGap(each)) continue;
    const pieces = each.split(/\.{3}|…/);
    const found = printed.findIndex((one) => isMadeOf(pieces, one));
    if (found < 0) return { line: line + 1 + index, text: each };
    printed.splice(0, found + 1);
  }
  return undefined;
}

/** Whether a line begins with the first piece, has the others in their order, and ends with the last. */
function isMadeOf([first = "", ...others]: readonly string[], line: string): boolean {
  const last = others.pop();
  if (last === undefined) return line === first;
  if (!line.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = line.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
}

/** Tools align their columns by what else is in them. */
function inSingleSpaces(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

function isGap(line: string): boolean {
  return line === "..." || line === "…";
}

function commandOf({ last }: Typed): string {
  const command = last?.command ?? "the block";
  return command.length > 100 ? `${command.slice(0, 99)}…` : command;
}

function lastLines(output: string): string {
  const lines = output.trimEnd().split("\n").slice(-8).join("\n");
  return lines === "" ? "" : `:\n${lines}`;
}
