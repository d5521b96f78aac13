import { exitCodes } from "../errors.ts";
import { numberOf } from "../lab/lab-names.ts";
import type { Lab } from "../lab/schema.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openAllLabs } from "./open-lab.ts";
import { outputOption, writeOutput } from "./output.ts";

export const list = defineCommand({
  usage: "list",
  summary: "The labs",
  options: outputOption,
  async run(args, deps) {
    const data = (await openAllLabs(deps)).map(summarize);
    await writeOutput({ format: args.output, data, text: asTable }, deps);
    return exitCodes.ok;
  },
});

interface LabSummary {
  /** Of its folder, in the order in which they build on one another. */
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly asks: readonly string[];
  readonly minutes?: number;
  /** Labs that one should have done before. */
  readonly after: readonly string[];
  readonly points: number;
  readonly exercises: readonly string[];
}

function summarize({ folder, id, title, asks, minutes, after, exercises }: Lab): LabSummary {
  const points = exercises.reduce((sum, exercise) => sum + exercise.points, 0);
  const number = numberOf(folder);
  const what = { number, id, title, asks, ...(minutes !== undefined && { minutes }), after, points };
  return { ...what, exercises: exercises.map((exercise) => exercise.id) };
}

/** What people choose by: how long it takes, and what comes before. */
function asTable(labs: readonly LabSummary[]): string {
  const numbers = new Map(labs.map(({ id, number }) => [id, String(number)]));
  return renderTable(
    ["#", "LAB", "TITLE", "MINUTES", "POINTS", "AFTER", "ASKS"],
    labs.map(({ number, id, title, minutes, points, after, asks }) => [
      String(number),
      id,
      title,
      String(minutes ?? "-"),
      String(points),
      after.map((each) => numbers.get(each) ?? each).join(", ") || "-",
      asks.join(", "),
    ]),
  );
}
