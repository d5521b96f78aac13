import { basename } from "node:path";
import type { Lab } from "../../src/lab/schema.ts";
import { renderMarkdownTable } from "./markdown-table.ts";

/** labs/README.md: the catalogue, from the labs themselves. */
export function renderLabsPage(labs: readonly Lab[]): string {
  return (
    [
      "# The labs",
      "Generated from `labs/*/lab.yaml`; change it there, then run `make generate`.",
      "Each answers one or more of the lecture's six questions: deploy, place, scale, expose, heal, update.",
      renderMarkdownTable(
        ["lab", "title", "minutes", "after", "asks", "points", "needs", "source"],
        labs.map((lab) => [
          `[${basename(lab.folder).replace("-", " ")}](${basename(lab.folder)}/README.md)`,
          lab.title,
          String(lab.minutes ?? ""),
          lab.after.join(", "),
          lab.asks.join(", "),
          String(pointsOf(lab)),
          [...lab.needs.images, ...lab.needs.addons].join(", "),
          lab.source.map((each) => each.replace(":", ": ")).join("; "),
        ]),
      ),
      ...labs.map(renderLab),
    ].join("\n\n") + "\n"
  );
}

function renderLab(lab: Lab): string {
  const rows = lab.exercises.map(({ id, objective, points }) => [id, objective, String(points)]);
  return [`## ${lab.id}: ${lab.title}`, renderMarkdownTable(["exercise", "objective", "points"], rows)].join(
    "\n\n",
  );
}

function pointsOf({ exercises }: Lab): number {
  return exercises.reduce((sum, { points }) => sum + points, 0);
}
