import type { Deps } from "../deps.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { defaultNamespace } from "../labs/lab-run.ts";
import type { Tally, Verification } from "../labs/verify-lab.ts";
import { formatDuration } from "../terminal/duration.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openAllLabs, openLab } from "./open-lab.ts";
import { outputOption, writeOutput } from "./output.ts";

export const verify = defineCommand({
  usage: "verify [labs..]",
  summary: "A lab's self-proof: untouched fails, solved passes, reset fails again",
  description: "For authors and CI. It starts the labs anew: what was done in their namespaces is lost.",
  positionals: { labs: { type: "string", array: true, default: [] as string[], describe: "The labs' ids" } },
  options: {
    ...outputOption,
    all: { type: "boolean", default: false, describe: "Every lab" },
    cases: {
      type: "boolean",
      default: false,
      describe: "With every case of the lab: what must not pass, and what must",
    },
  },
  examples: [["labctl verify --all --cases", "Everything, as CI does"]],
  async run(args, deps) {
    if (!args.all && args.labs.length === 0) {
      throw new UsageError({ message: "Which lab?", hint: "Name one, or run: labctl verify --all" });
    }
    const labs = args.all
      ? await openAllLabs(deps)
      : await Promise.all(args.labs.map((id) => openLab(id, deps)));
    const context = await openContext(args, deps);
    const { verifyLab } = await import("../labs/verify-lab.ts");
    const data: Verification[] = [];
    for (const lab of labs) {
      const run = { lab, namespace: args.namespace ?? defaultNamespace(lab.id), context };
      const prove = (): Promise<Verification> =>
        verifyLab(run, { progress: deps.progress, cases: args.cases });
      data.push(await deps.exclusive(prove, run.namespace));
    }
    await writeOutput({ format: args.output, data, text: asText }, deps);
    tellProblems(data, deps);
    return data.every(({ problems }) => problems.length === 0) ? exitCodes.ok : exitCodes.checkFailed;
  },
});

function asText(list: readonly Verification[]): string {
  return renderTable(
    ["LAB", "VERDICT", "EXERCISES", "TIME", "WRONG REFUSED", "RIGHT ACCEPTED"],
    list.map(({ lab, problems, exercises, durationMs, wrongRefused, rightAccepted }) => [
      lab,
      problems.length === 0 ? "holds" : `${String(problems.length)} problems`,
      String(exercises),
      formatDuration(durationMs),
      asFraction(wrongRefused),
      asFraction(rightAccepted),
    ]),
  );
}

function asFraction({ good, of }: Tally): string {
  return of === 0 ? "-" : `${String(good)}/${String(of)}`;
}

function tellProblems(list: readonly Verification[], { streams }: Deps): void {
  for (const { lab, problems } of list)
    for (const problem of problems) streams.err.write(`${lab}: ${problem}\n`);
}
