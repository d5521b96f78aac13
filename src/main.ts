import { commands as allCommands } from "./commands/index.ts";
import type { Command, GlobalArgs } from "./commands/command.ts";
import { defaultTimeout } from "./commands/default-timeout.ts";
import { commandName, parseCommandLine } from "./commands/parse-command-line.ts";
import type { Deps } from "./deps.ts";
import { EnvironmentError, exitCodes, LabctlError, UsageError, type ExitCode } from "./errors.ts";
import { expectedError } from "./expected-error.ts";
import { labNames } from "./lab/lab-names.ts";
import { reportApiVersion } from "./report/result.ts";
import { formatDuration, parseDuration } from "./terminal/duration.ts";
import { silentProgress } from "./terminal/line-progress.ts";
import { plainProgress } from "./terminal/plain-progress.ts";
import { plainText } from "./plain-text.ts";
import { version } from "./version.ts";

/**
 * labctl, in-process: parses the command line, runs one command, and turns errors into text.
 * @returns the exit code of the process; never rejects.
 */
export async function main(
  argv: readonly string[],
  deps: Deps,
  commands: readonly Command[] = allCommands,
): Promise<ExitCode> {
  let args: GlobalArgs | undefined;
  try {
    const parsed = await parseCommandLine({
      argv,
      commands,
      version,
      env: deps.env,
      columns: deps.streams.out.columns,
      labNames: () => labNames(deps.places.labs),
    });
    if (parsed.kind === "text") {
      deps.streams.out.write(parsed.text);
      return exitCodes.ok;
    }
    args = parsed.args;
    return await run(parsed.command, args, deps);
  } catch (error) {
    const verbose = args?.verbose ?? argv.includes("--verbose");
    const json = (args as { output?: string } | undefined)?.output === "json";
    return reportError({ error, verbose, json, deps });
  }
}

async function run(command: Command, args: GlobalArgs, deps: Deps): Promise<ExitCode> {
  const ended = new AbortController();
  const signal = AbortSignal.any([deps.signal, ended.signal]);
  const limited: Deps = {
    ...deps,
    progress: args.quiet ? silentProgress : plainProgress(deps.progress),
    signal,
    exclusive: (work, subject) => deps.exclusive(work, subject, signal),
  };
  const timeout = args.timeout ?? defaultTimeout(command, args);
  const late = timeout === undefined ? undefined : deps.clock.deadline(...limitOf(timeout, command));
  late?.signal.addEventListener("abort", () => ended.abort(late.signal.reason));
  try {
    const work = (): Promise<ExitCode> => command.run(args, limited);
    const running = command.exclusive === true ? limited.exclusive(work) : work();
    return await Promise.race([running, rejectOnAbort(signal)]);
  } catch (error) {
    await cleanUp(deps, signal);
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    late?.[Symbol.dispose]();
    ended.abort(new Error("The command has ended."));
  }
}

/** So that Ctrl-C and --timeout end a command at once, even where something below does not listen to the signal. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** Milliseconds that putting back may take; what is not back by then is the next check's or up's. */
const cleanUpMs = 20_000;
/** Milliseconds in which most of it is over, so that there is nothing to say. */
const unseenMs = 300;

/** Waits for what experiments put back, if they have anything to. @param signal what has ended the command, if it has. */
async function cleanUp({ cleanUps, clock, progress, ...deps }: Deps, signal: AbortSignal): Promise<void> {
  if (!cleanUps.isPending()) return;
  const isOver = cleanUps.over();
  await Promise.race([isOver, clock.sleep(unseenMs)]);
  if (!cleanUps.isPending()) return;
  const isInterrupted = deps.signal.aborted;
  const why = isInterrupted ? "Interrupted" : signal.aborted ? "Out of time" : "Failed";
  const more = isInterrupted ? "once more" : "Ctrl-C";
  progress.note(
    `${why}: putting back what was changed, up to ${String(cleanUpMs / 1000)} s; ${more} ends at once.`,
  );
  const another = isInterrupted ? [] : [rejectOnAbort(deps.signal)];
  await Promise.race([isOver, clock.sleep(cleanUpMs), ...another]);
}

/** Milliseconds, and the error when they are over. */
function limitOf(timeout: string, command: Command): [ms: number, late: EnvironmentError] {
  const ms = parseTimeout(timeout);
  const late = new EnvironmentError({
    message: `labctl ${commandName(command)} did not finish within ${formatDuration(ms)}.`,
    hint: "Give it more time with --timeout (90m, 3h), or run: labctl doctor",
  });
  return [ms, late];
}

function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError({
    message: "--timeout is no time span.",
    lastSeen: text,
    hint: "Write it as 90s, 10m or 1h30m.",
  });
}

/** For an error that no command could catch, since it was thrown outside of all. @returns the exit code of the process. */
export function reportUncaught(error: unknown, argv: readonly string[], deps: Deps): ExitCode {
  return reportError({ error, verbose: argv.includes("--verbose"), json: false, deps });
}

/** For a result that did not get to where stdout leads. @returns the exit code of the process. */
export function reportLost(cause: Error, argv: readonly string[], deps: Deps): ExitCode {
  const error = new EnvironmentError({
    message: "The result could not be written.",
    lastSeen: cause.message,
    hint: "Make room where it is to go (df -h), and run the command again.",
    cause,
  });
  return reportError({ error, verbose: argv.includes("--verbose"), json: false, deps });
}

interface Failure {
  readonly error: unknown;
  readonly verbose: boolean;
  /** stdout has to hold one JSON document in every case. */
  readonly json: boolean;
  readonly deps: Deps;
}

function reportError({ error, verbose, json, deps }: Failure): ExitCode {
  const { streams, signal } = deps;
  if (signal.aborted) {
    streams.err.write("Interrupted. What was begun is picked up by the next run.\n");
    return exitCodes.interrupted;
  }
  const told = expectedError(error) ?? bug(error);
  const paint = (text: string): string => (streams.color(streams.err) ? `\u001b[31m${text}\u001b[0m` : text);
  const lines = [`${paint("Error:")} ${plainText(told.message)}`];
  if (told.lastSeen !== undefined && told.lastSeen !== "") lines.push(indent(plainText(told.lastSeen)));
  lines.push(plainText(told.hint));
  if (verbose) lines.push(...stacks(error).map(plainText));
  streams.err.write(`${lines.join("\n")}\n`);
  if (json) {
    const { message, lastSeen, hint, exitCode } = told;
    const document = { apiVersion: reportApiVersion, kind: "Error", message, lastSeen, hint, exitCode };
    streams.out.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
  return told.exitCode;
}

function bug(error: unknown): LabctlError {
  return new LabctlError({
    message: "labctl has a bug.",
    lastSeen: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: "Run it again with --verbose and report what it prints.",
    exitCode: exitCodes.bug,
    cause: error,
  });
}

function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacks(error.cause).map((stack) => `Caused by: ${stack}`)];
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
