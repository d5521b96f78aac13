import { join } from "node:path";
import type { Deps } from "../deps.ts";
import { exitCodes, UsageError, type ExitCode } from "../errors.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { Lab } from "../lab/schema.ts";
import type { LabRun } from "../lifecycle/lab-run.ts";
import type { Tally, Verification } from "../lifecycle/verify-labs.ts";
import type { Places } from "../places.ts";
import { formatDuration } from "../terminal/duration.ts";
import { labelledStream } from "../terminal/labelled-stream.ts";
import { createLineProgress, silentProgress } from "../terminal/line-progress.ts";
import type { Progress } from "../terminal/progress.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openAllLabs, openLab } from "./open-lab.ts";
import { outputOption, writeOutput } from "./output.ts";

export const verify = defineCommand({
  usage: "verify [labs..]",
  summary: "A lab's self-proof: untouched fails, solved passes, reset fails again",
  description:
    "For authors and CI. It starts the labs anew: what was done in their namespaces is lost. Commands that a lab's text marks are run, too.",
  positionals: { labs: { type: "string", array: true, default: [] as string[], describe: "The labs' ids" } },
  options: {
    ...outputOption,
    all: { type: "boolean", default: false, describe: "Every lab" },
    cases: {
      type: "boolean",
      default: false,
      describe:
        "With every case of the lab (what must not pass, and what must), and with its exercises in reverse order",
    },
    "run-texts": {
      type: "boolean",
      default: false,
      describe:
        "Run the commands in the texts of labs that are not labctl's own, too: they are scripts on this machine",
    },
    parallel: {
      type: "number",
      default: 5,
      describe:
        "How many labs side by side; one that needs 2 GiB counts for two, and what disturbs nodes comes afterwards, one by one",
    },
  },
  examples: [["labctl verify --all --cases", "Everything, as CI does"]],
  timeout: { usual: "6h" },
  async run(args, deps) {
    if (!args.all && args.labs.length === 0) {
      throw new UsageError({ message: "Which lab?", hint: "Name one, or run: labctl verify --all" });
    }
    const labs = args.all
      ? await openAllLabs(deps)
      : await Promise.all(args.labs.map((id) => openLab(id, deps)));
    const context = await openContext(args, deps);
    const { verifyLabs } = await import("../lifecycle/verify-labs.ts");
    const runs = labs.map((lab) => ({ lab, namespace: args.namespace ?? defaultNamespace(lab.id), context }));
    const { cases } = args;
    // Labs in one namespace cannot be there at the same time.
    const parallel = args.namespace === undefined ? Math.max(1, args.parallel) : 1;
    const texts = args.runTexts || areOwn(deps.places);
    if (!texts) await sayNotRun(labs, deps);
    const options = { runs, cases, texts, parallel, progressOf: progressOf(deps, runs.length) };
    const data = await verifyLabs(options);
    await writeOutput({ format: args.output, data, text: asText }, deps);
    tellProblems(data, deps);
    return exitCodeOf(data);
  },
});

/** Whoever has this labctl runs what is in its own labs; those of others do steps, and nothing else, on this machine. */
function areOwn({ labs, project }: Places): boolean {
  return labs === join(project, "labs");
}

async function sayNotRun(labs: readonly Lab[], { progress, places }: Deps): Promise<void> {
  const [{ loadText }, { isTyped }] = await Promise.all([
    import("../lab/load-text.ts"),
    import("../lab/text-parts.ts"),
  ]);
  const texts = await Promise.all(labs.map(loadText));
  if (!texts.flat().some(isTyped)) return;
  progress.note(
    `The commands in the texts of ${places.labs} are not run: they are scripts of their authors on this machine. --run-texts runs them.`,
  );
}

function exitCodeOf(list: readonly Verification[]): ExitCode {
  if (list.some(({ outage }) => outage === true)) return exitCodes.environment;
  return list.every(({ problems }) => problems.length === 0) ? exitCodes.ok : exitCodes.checkFailed;
}

/** Of several labs each writes its own lines, under its own name: there is only one screen to redraw. */
function progressOf({ progress, streams, clock }: Deps, count: number): (run: LabRun) => Progress {
  if (count === 1 || progress === silentProgress) return () => progress;
  return ({ lab }) => createLineProgress(labelledStream(streams.err, lab.id), clock);
}

function asText(list: readonly Verification[]): string {
  return renderTable(
    ["LAB", "VERDICT", "EXERCISES", "TIME", "WRONG REFUSED", "RIGHT ACCEPTED", "IN REVERSE", "TEXT"],
    list.map((each) => [
      each.lab,
      verdictOf(each),
      String(each.exercises),
      formatDuration(each.durationMs),
      asFraction(each.wrongRefused),
      asFraction(each.rightAccepted),
      orderVerdict(each),
      textVerdict(each),
    ]),
  );
}

function verdictOf({ outage, problems }: Verification): string {
  if (outage === true) return "errored";
  return problems.length === 0 ? "holds" : `${String(problems.length)} problems`;
}

function orderVerdict({ inReverse }: Verification): string {
  if (!inReverse) return "-";
  return inReverse.holds ? "holds" : "fails";
}

function textVerdict({ text }: Verification): string {
  if (!text) return "-";
  if (text.problems.length > 0) return "fails";
  return `${String(text.blocks)} blocks, ${formatDuration(text.seconds * 1000)}`;
}

function asFraction({ good, of }: Tally): string {
  return of === 0 ? "-" : `${String(good)}/${String(of)}`;
}

function tellProblems(list: readonly Verification[], { streams }: Deps): void {
  for (const { lab, problems } of list)
    for (const problem of problems) streams.err.write(`${lab}: ${problem}\n`);
}
