import { numberOf } from "../../src/lab/lab-names.ts";
import type { Lab } from "../../src/lab/schema.ts";

const sum = "**sum**";

/**
 * The page on the course with the minutes that its labs take today: the last column of its plans, and the sums below.
 * The rest of the page is written by hand.
 */
export function withMinutes(page: string, labs: readonly Lab[]): string {
  let inPlan = false;
  let total = 0;
  const lines = page.split("\n").map((line) => {
    const cells = cellsOf(line);
    const last = cells.at(-1)?.trim() ?? "";
    if (!inPlan) {
      inPlan = last === "alone" || last === "minutes";
      total = 0;
      return line;
    }
    if (cells.length === 0) {
      inPlan = false;
      return line;
    }
    if (line.includes(sum)) return withLast(line, String(total));
    const named = labsIn(line, labs);
    const minutes = named.reduce((all, lab) => all + (lab.minutes ?? 0), 0);
    total += named.length > 0 ? minutes : Number(last) || 0;
    return named.length > 0 ? withLast(line, String(minutes)) : line;
  });
  return lines.join("\n");
}

/** Labs as pages name them: `03 nginx-deployment`. */
export function labsIn(text: string, labs: readonly Lab[]): readonly Lab[] {
  return labs.filter(({ folder, id }) =>
    new RegExp(`\\b${String(numberOf(folder)).padStart(2, "0")} ${id}(?![\\w-])`).test(text),
  );
}

function cellsOf(line: string): readonly string[] {
  return line.startsWith("|") ? line.split("|").slice(1, -1) : [];
}

/** The line with another last cell of the same width. */
function withLast(line: string, text: string): string {
  const cells = cellsOf(line);
  const width = (cells.at(-1) ?? "").length;
  return `|${[...cells.slice(0, -1), ` ${text}`.padEnd(width)].join("|")}|`;
}
