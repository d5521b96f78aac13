import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { exitCodes, UsageError } from "../errors.ts";
import { labNames, labNumbers } from "../lab/lab-names.ts";
import { defineCommand } from "./command.ts";

export const newLab = defineCommand({
  usage: "new <what> <id>",
  summary: "A new lab's folder, to fill in",
  description:
    "A lab that proves itself from the start: an exercise, a check of labctl's and a program of the lab's own, a solution, a case that must not pass and one that must. docs/authoring.md goes on from there.",
  positionals: {
    what: { type: "string", choices: ["lab"] as const, demandOption: true },
    id: { type: "string", demandOption: true, describe: "Small letters, digits and hyphens" },
  },
  options: {
    number: { type: "number", describe: "Its place among the labs, 1 to 99; the next one by default" },
  },
  examples: [["labctl new lab spark", "Makes labs/17-spark, where labs/16-… is the last one"]],
  async run({ id, number }, { places, streams }) {
    refuseId(id, await labNames(places.labs));
    const place = number ?? Math.max(0, ...(await labNumbers(places.labs))) + 1;
    refuseNumber(place);
    const folder = join(places.labs, `${String(place).padStart(2, "0")}-${id}`);
    const schema = relative(folder, join(places.project, "schemas", "lab.schema.json"));
    await layOut(folder, (text) => text.replaceAll(/\bexample\b/g, id).replaceAll("SCHEMA", schema));
    streams.out.write(`${folder}\nNext: labctl lint, then: labctl verify ${id} --cases\n`);
    return exitCodes.ok;
  },
});

/** A lab called example. */
const skeleton = join(import.meta.dirname, "skeleton");

async function layOut(folder: string, fill: (text: string) => string): Promise<void> {
  const entries = await readdir(skeleton, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries.filter(
    (entry) => entry.isFile() && !entry.name.endsWith(".pyc"),
  )) {
    const from = join(parentPath, name);
    const to = join(folder, relative(skeleton, from));
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, fill(await readFile(from, "utf8")), { flag: "wx" });
  }
}

function refuseId(id: string, known: readonly string[]): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new UsageError({
      message: `"${id}" is no id for a lab.`,
      hint: "Use small letters, digits and single hyphens.",
    });
  }
  if (known.includes(id)) {
    throw new UsageError({
      message: `There is a lab "${id}" already.`,
      hint: `Look at it: labctl show ${id}`,
    });
  }
}

function refuseNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= 99) return;
  throw new UsageError({
    message: `${String(number)} is no number for a lab.`,
    hint: "Its folder begins with two digits: give --number 1 to 99.",
  });
}
