import { exitCodes } from "../errors.ts";
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
  readonly id: string;
  readonly title: string;
  readonly asks: readonly string[];
  readonly points: number;
  readonly exercises: readonly string[];
}

function summarize({ id, title, asks, exercises }: Lab): LabSummary {
  const points = exercises.reduce((sum, exercise) => sum + exercise.points, 0);
  return { id, title, asks, points, exercises: exercises.map((exercise) => exercise.id) };
}

function asTable(labs: readonly LabSummary[]): string {
  return renderTable(
    ["LAB", "TITLE", "ASKS", "POINTS", "EXERCISES"],
    labs.map(({ id, title, asks, points, exercises }) => [
      id,
      title,
      asks.join(", "),
      String(points),
      exercises.join(", "),
    ]),
  );
}
