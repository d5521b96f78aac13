import { EnvironmentError, LabctlError } from "../errors.ts";
import type { ProgramContext } from "./program-context.ts";
import type { CheckFinding, Found } from "../look/look.ts";
import { missing } from "../look/missing.ts";
import type { Values } from "./answers.ts";
import { withCause } from "./ask-cause.ts";
import { bootstrapCommand, bootstrapInput } from "./bootstrap.ts";
import { converse, type Conversation } from "./conversation.ts";
import { endProgram } from "./end-program.ts";
import { resolveFacts } from "./facts/index.ts";
import { readProgramFiles } from "./program-files.ts";
import { programFile, programLimit, type ProgramSpec } from "./program-fields.ts";
import type { Runner } from "./runner.ts";

/** How a program came out. */
export interface Ran {
  readonly findings: readonly CheckFinding[];
  /** What it told, for programs after it and for pages. */
  readonly values: Values;
}

/** A program at work; its end is a verdict. */
export interface RunningProgram extends Pick<Conversation, "ready" | "over"> {
  /** @throws EnvironmentError when it came to no proper end. */
  readonly end: Promise<Ran>;
  /** Ends it before its time, once it has given back what it made. */
  stop(): Promise<void>;
}

/** Bytes that a program may write. */
const maxBytes = 1024 * 1024;

/** Runs a program to its end. @param before what programs before it have told. */
export async function runProgram(
  program: ProgramSpec,
  context: ProgramContext,
  before: Values = {},
): Promise<Ran> {
  const started = await startProgram(program, context, before);
  if (!started.ok) return { findings: started.findings, values: {} };
  return started.program.end;
}

/**
 * Finds out the facts, and starts the program in a pod of labctl's own. Where a fact or a claim is not there, that
 * is the finding, and no pod is made.
 * @throws EnvironmentError when the program cannot be started.
 */
export async function startProgram(
  program: ProgramSpec,
  context: ProgramContext,
  before: Values = {},
): Promise<Found<{ readonly program: RunningProgram }>> {
  const found = await resolveFacts(program.facts, context);
  if (!found.ok) return found;
  const absent = await findAbsentClaim(program, context);
  if (absent) return { ok: false, findings: [absent] };
  const files = await readProgramFiles(context.labFolder);
  const runner = await context.runners.open(program);
  const nonce = context.nonce();
  // Another word: what a program runs apart sees the folder, and is not to know the one that answers carry.
  const folder = `/tmp/labctl-${context.nonce()}`;
  const command = await context.kube.open(runner, bootstrapCommand(folder, program.run), {
    maxBytes,
    signal: context.signal,
  });
  const task = {
    apiVersion: "labctl.dev/program/v1",
    nonce,
    namespace: context.namespace,
    with: program.with,
    facts: found.facts,
    before,
  };
  const conversation = converse({
    command,
    input: `${bootstrapInput(files)}${JSON.stringify(task)}\n`,
    nonce,
    name: programFile(program),
    withinMs: programLimit(program),
    clock: context.clock,
    announce: (text) => context.announce(text),
    observed: (text) => context.observed(text),
  });
  return { ok: true, program: follow(conversation, { program, context, runner, folder }) };
}

interface Followed {
  readonly program: ProgramSpec;
  readonly context: ProgramContext;
  readonly runner: Runner;
  /** Where it runs. */
  readonly folder: string;
}

function follow(conversation: Conversation, followed: Followed): RunningProgram {
  const { context, runner } = followed;
  const end = conversation.end.then(
    async ({ findings, values }) => {
      await context.runners.confirm(runner);
      return { findings: await Promise.all(findings.map((finding) => withCause(finding, context))), values };
    },
    async (error: unknown) => {
      throw await giveUp(error, followed);
    },
  );
  end.catch(() => undefined);
  return {
    ready: conversation.ready,
    over: conversation.over,
    end,
    stop: () => stop(followed),
  };
}

/** What cannot be told to end any more is over with its pod. */
async function stop({ context: { kube, runners }, runner, folder }: Followed): Promise<void> {
  await endProgram(kube, runner, folder).catch(() => undefined);
  await runners.discard(runner);
}

/** A program that did not end as it should may be running still: its pod goes, and says what became of it. */
async function giveUp(error: unknown, followed: Followed): Promise<unknown> {
  const { program, context, runner } = followed;
  const trouble = await context.runners.trouble(runner).catch(() => undefined);
  await stop(followed);
  if (trouble === undefined || !(error instanceof LabctlError)) return error;
  return new EnvironmentError({
    message: `The lab's program ${programFile(program)} lost its pod. ${trouble}`,
    lastSeen: error.message,
    hint: `Check again; it may use ${program.memory} of memory and 128Mi of files.`,
    cause: error,
  });
}

async function findAbsentClaim(
  { claim }: ProgramSpec,
  { kube, namespace }: ProgramContext,
): Promise<CheckFinding | undefined> {
  if (!claim) return undefined;
  const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: claim.name, namespace };
  return (await kube.read(ref)) ? undefined : missing(ref);
}
