import type { Deps } from "../deps.ts";
import { exitCodes, UsageError, type ExitCode } from "../errors.ts";
import type { CheckLabOptions } from "../lifecycle/check-lab.ts";
import { labNames } from "../lab/lab-names.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { LabRun } from "../lifecycle/lab-run.ts";
import type { Exercise } from "../lab/schema.ts";
import type { CheckReport, CheckReportList } from "../report/result.ts";
import { redraw } from "../terminal/redraw.ts";
import { defineCommand, type GlobalArgs } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openAllLabs, openLab, requireExercise } from "./open-lab.ts";

export const check = defineCommand({
  usage: "check [labs..]",
  summary: "Grade labs by what the cluster does",
  description:
    "Ends with 0 when every exercise passed, 1 when one failed, 3 when the cluster could not be read. The report is on stdout, and nothing else is.",
  positionals: {
    labs: {
      type: "string",
      array: true,
      default: [] as string[],
      describe: "The labs' ids; or one lab, and those of its exercises that are to be looked at",
    },
  },
  options: {
    yes: {
      type: "boolean",
      alias: "y",
      default: false,
      describe:
        "Switch machines off without asking, where an experiment does; without a terminal nobody is asked",
    },
    all: { type: "boolean", default: false, describe: "Every lab" },
    watch: {
      type: "boolean",
      alias: "w",
      default: false,
      describe: "Check again when the cluster changes, until passed",
    },
    output: {
      type: "string",
      alias: "o",
      choices: ["text", "json", "yaml", "junit"] as const,
      default: "text",
      describe: "Form of the report",
    },
  },
  examples: [
    ["labctl check ingress", "How far lab ingress is"],
    ["labctl check ingress tls", "One exercise of it, and what that requires"],
    ["labctl check ingress -o json", "The same for programs: one JSON document"],
    ["labctl check ingress --watch", "Keep looking while you work"],
  ],
  timeout: { usual: "45m", with: { all: "6h", watch: undefined } },
  async run(args, deps) {
    const { runs, only } = await openRuns(args, deps);
    const agree = (exercise: Exercise): Promise<boolean> => agrees(exercise, args, deps);
    if (args.watch) return watch(runs, { ...only, agree }, deps);
    const { checkLab, uncheckedReport } = await import("../lifecycle/check-lab.ts");
    const reports: CheckReport[] = [];
    for (const run of runs) {
      // Two that disturb the same lab would each see what the other does.
      const look = (): Promise<CheckReport> => checkLab(run, { progress: deps.progress, agree, ...only });
      const report = await deps.exclusive(look, run.namespace).catch((error: unknown) => {
        // Of several labs one cannot take the reports of the others along.
        if (deps.signal.aborted || runs.length === 1) throw error;
        return uncheckedReport(run, error);
      });
      // Whoever reads need not wait for the others; a program gets one document.
      if (args.output === "text")
        deps.streams.out.write((reports.length > 0 ? "\n" : "") + (await render(report, "text", deps)));
      reports.push(report);
    }
    if (args.output !== "text") {
      const { toDocument } = await import("../report/json.ts");
      deps.streams.out.write(await render(toDocument(reports, { asList: args.all }), args.output, deps));
    }
    return exitCodeOf(reports);
  },
});

interface LabsArgs extends GlobalArgs {
  readonly labs: readonly string[];
  readonly all: boolean;
}

interface Chosen {
  readonly runs: readonly LabRun[];
  /** The exercises of the one lab that were named. */
  readonly only: Pick<CheckLabOptions, "only">;
}

async function openRuns(args: LabsArgs, deps: Deps): Promise<Chosen> {
  if (!args.all && args.labs.length === 0) {
    throw new UsageError({
      message: "Which lab?",
      hint: "Name one: labctl check <lab>. See them with: labctl list",
    });
  }
  const { labs, only } = args.all
    ? { labs: await openAllLabs(deps), only: [] }
    : await named(args.labs, deps);
  if (args.namespace !== undefined && (args.all || labs.length > 1)) {
    throw new UsageError({
      message: "A namespace holds one lab, and -n names it for several.",
      hint: `Check them one by one: labctl check <lab> -n ${args.namespace}`,
    });
  }
  const context = await openContext(args, deps);
  const runs = labs.map((lab) => ({ lab, namespace: args.namespace ?? defaultNamespace(lab.id), context }));
  return { runs, only: only.length > 0 ? { only } : {} };
}

/** Labs; or a lab, and exercises of it. A name that is a lab's is a lab. */
async function named(names: readonly string[], deps: Deps) {
  const [first = "", ...others] = names;
  const lab = await openLab(first, deps);
  const known = new Set(await labNames(deps.places.labs));
  if (others.length === 0 || others.some((name) => known.has(name)))
    return { labs: [lab, ...(await Promise.all(others.map((id) => openLab(id, deps))))], only: [] };
  for (const name of others) requireExercise(lab, name, "check");
  return { labs: [lab], only: others };
}

/** On a terminal a machine is switched off only by whoever said so. */
async function agrees(
  { title }: Exercise,
  { yes, watch: isWatching }: { readonly yes: boolean; readonly watch: boolean },
  { streams }: Deps,
): Promise<boolean> {
  if (yes) return true;
  // The screen is redrawn all the time: there is no room for a question.
  if (isWatching) return !streams.err.isTTY;
  const reply = await streams.ask(
    `${title}: this stops a node of the cluster for some minutes. Go on? [y/N] `,
  );
  return reply === undefined || /^y(?:es)?$/i.test(reply.trim());
}

async function watch(
  runs: readonly LabRun[],
  options: Pick<CheckLabOptions, "only" | "agree">,
  deps: Deps,
): Promise<ExitCode> {
  const [run, ...others] = runs;
  if (!run || others.length > 0) {
    throw new UsageError({ message: "--watch looks at one lab.", hint: "Run: labctl check <lab> --watch" });
  }
  const { watchLab } = await import("../lifecycle/watch-lab.ts");
  const { out } = deps.streams;
  const report = await watchLab(run, options, async (each) => {
    const text = await render(each, "text", deps);
    out.write(out.isTTY ? redraw(text) : `${text}\n`);
  });
  return exitCodeOf([report]);
}

async function render(
  document: CheckReport | CheckReportList,
  format: string,
  { streams }: Deps,
): Promise<string> {
  if (format === "json") return (await import("../report/json.ts")).renderJson(document);
  if (format === "junit") return (await import("../report/junit.ts")).renderJunit(document);
  if (format === "yaml")
    return (await import("../yaml/plain-yaml.ts")).writeYaml(document, { skipInvalid: true });
  const { renderText } = await import("../report/text.ts");
  return renderText(document, { color: streams.color(streams.out), columns: streams.out.columns });
}

/** An exercise that could not be looked at outweighs one that failed: its points are not known. */
export function exitCodeOf(reports: readonly CheckReport[]): ExitCode {
  if (reports.some(({ status }) => status === "errored")) return exitCodes.environment;
  return reports.every(({ status }) => status === "passed") ? exitCodes.ok : exitCodes.checkFailed;
}
