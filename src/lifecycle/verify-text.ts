import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defaultNamespace } from "../lab/default-namespace.ts";
import { loadSolution, type Solution } from "../lab/load.ts";
import type { StepGroup } from "../lab/solution-schema.ts";
import type { CommandBlock, FileBlock, TextPart } from "../lab/text-parts.ts";
import { labEnvironment } from "../session/lab-environment.ts";
import { typeCommands } from "../session/type-commands.ts";
import { createStudentHome, type StudentHome } from "../session/work-folder.ts";
import { silentProgress } from "../terminal/line-progress.ts";
import type { Progress } from "../terminal/progress.ts";
import { createWait } from "../wait.ts";
import { checkLab } from "./check-lab.ts";
import type { LabRun } from "./lab-run.ts";
import { refusal } from "./refusal.ts";
import { resetLab } from "./reset-lab.ts";
import { onPorts } from "./run-lab-steps.ts";
import { doSolution } from "./solve-lab.ts";
import { typingProblem } from "./text-problems.ts";
import { whyOf } from "./verdict-problems.ts";

/** What came of doing what a text says. */
export interface TextOutcome {
  /** The first thing that was not as the text has it, with its line: nothing after it was tried. */
  readonly problems: readonly string[];
  /** How long the commands took, without the checks in between. */
  readonly typedMs: number;
}

/**
 * Begins the lab anew and does what its text says, as a student with an empty home folder would: types its commands,
 * writes its files. Commands are a script of the lab's author that runs on this machine with the rights of whoever runs
 * labctl. The lab's namespace is held between them and not while they run, since labctl itself may be typed.
 */
export async function proveText(
  run: LabRun,
  parts: readonly TextPart[],
  progress: Progress,
): Promise<TextOutcome> {
  const { deps, platform } = run.context;
  await deps.exclusive(() => resetLab(run, progress), run.namespace);
  await platform.ensureTools(["kubectl", ...run.lab.needs.tools], progress);
  await using home = await createStudentHome(run.lab);
  const [env, solution] = [await environmentOf(run, home), await loadSolution(run.lab)];
  const reader: Reader = { run, home, progress, env, solution, left: [...(solution?.groups ?? [])] };
  let typedMs = 0;
  for (const part of parts) {
    const { problem, ms } = part.kind === "file" ? await writeIt(reader, part) : await typeIt(reader, part);
    typedMs += ms;
    if (problem !== undefined) return { problems: [`text: ${problem}`], typedMs };
  }
  return { problems: [], typedMs };
}

interface Reader {
  readonly run: LabRun;
  readonly home: StudentHome;
  readonly progress: Progress;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly solution: Solution | undefined;
  /** What of it was not yet done in the student's place. */
  left: readonly StepGroup[];
}

interface Done {
  readonly problem?: string | undefined;
  readonly ms: number;
}

/** As `labctl shell` has it, with a home of its own: what somebody has set up before tells nothing of the text. */
async function environmentOf({ lab, namespace, context }: LabRun, home: StudentHome) {
  const { places } = context.deps;
  return {
    ...(await labEnvironment(context, namespace)),
    HOME: home.path,
    HELM_REPOSITORY_CONFIG: join(home.path, "helm", "repositories.yaml"),
    HELM_REPOSITORY_CACHE: join(home.path, "helm", "repository"),
    LABCTL_HOME: places.home,
    LABCTL_LABS: places.labs,
    LABCTL_FILES: home.labFiles,
    LABCTL_NAMESPACE: namespace === defaultNamespace(lab.id) ? undefined : namespace,
  };
}

async function writeIt({ home, progress }: Reader, { path, content }: FileBlock): Promise<Done> {
  await progress.step(`Write ${path}`, async () => {
    await mkdir(dirname(join(home.work, path)), { recursive: true });
    await writeFile(join(home.work, path), content);
  });
  return { ms: 0 };
}

/** Texts are for one person at a machine of one's own: two of them at once would both want its port 8081. */
const oneMachine = "texts";

async function typeIt(reader: Reader, block: CommandBlock): Promise<Done> {
  const { run, home, env, progress } = reader;
  const { script, withinMs } = block;
  const refused = await doBefore(reader, block);
  if (refused !== undefined) return { problem: refused, ms: 0 };
  const [first = ""] = script.split("\n").filter((text) => text.trim() !== "");
  const { deps } = run.context;
  const typing = { script: onPorts(script, run), cwd: home.work, env, withinMs };
  const typed = await progress.step(`Line ${String(block.line)}: ${first}`, () =>
    deps.exclusive(() => typeCommands(typing, deps), oneMachine),
  );
  const problem = typingProblem(block, typed) ?? (await lookAfter(reader, block));
  return { problem, ms: typed.durationMs };
}

/** Steps of the solution for what the text leaves to the student, each once. */
async function doBefore(reader: Reader, block: CommandBlock): Promise<string | undefined> {
  const { run, progress, solution } = reader;
  const groups = reader.left.filter(({ exercises }) => exercises.some((id) => block.after.includes(id)));
  if (!solution || groups.length === 0) return undefined;
  reader.left = reader.left.filter((group) => !groups.includes(group));
  const list = { folder: solution.folder, steps: groups.flatMap(({ steps }) => steps) };
  const { deps } = run.context;
  const refused = await refusal(() => deps.exclusive(() => doSolution(run, list, progress), run.namespace));
  if (refused === undefined) return undefined;
  return `line ${String(block.line)}: the solution of ${block.after.join(", ")} cannot be done here: ${refused}`;
}

/** Milliseconds in which the cluster gets to what was typed: whoever reads on and asks labctl takes longer. */
const settledWithinMs = 60_000;

async function lookAfter({ run, progress }: Reader, block: CommandBlock): Promise<string | undefined> {
  const { passes: only } = block;
  if (only.length === 0) return undefined;
  const { deps } = run.context;
  const look = () => deps.exclusive(() => checkLab(run, { progress: silentProgress, only }), run.namespace);
  const waited = await progress.step(`Check ${only.join(", ")}`, () =>
    createWait(
      deps.clock,
      undefined,
    )({
      observe: async () => {
        const { exercises } = await look();
        const value = exercises.find(({ id, status }) => only.includes(id) && status !== "passed");
        return { done: value === undefined, value };
      },
      ...{ withinMs: settledWithinMs, everyMs: 2000, signal: deps.signal },
    }),
  );
  if (!waited.value) return undefined;
  const { id, status, findings } = waited.value;
  const why = findings[0]?.message ?? whyOf(waited.value);
  return `line ${String(block.line)}: ${id} is ${status} after it, not passed: ${why}`;
}
