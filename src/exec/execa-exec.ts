import { openSync, closeSync } from "node:fs";
import { constants, access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { spawn } from "node:child_process";
import { execa, ExecaError, type Result } from "execa";
import { formatBytes, mebibyte } from "../bounded.ts";
import { CommandFailedError } from "../errors.ts";
import type { DetachedOptions, Exec, ExecOptions, ExecResult } from "./exec.ts";

/** How many of a failed program's last lines its error shows. */
const lastLines = 20;

/** How long a program has between being asked to end and being ended. */
const graceMs = 5000;

const usualBytes = 64 * mebibyte;

interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether labctl itself is root; `root` commands then run as they are. */
  readonly isRoot: boolean;
}

/** Real programs, started without a shell. */
export function createExec(world: World): Exec {
  return {
    run: (command, options = {}) =>
      run(asRoot(command, options.root === true && !world.isRoot), options, world),
    detach: (command, options) =>
      detach(asRoot(command, options.root === true && !world.isRoot), options, world),
    async interactive(command, options = {}) {
      const [file, ...args] = split(command);
      const result = await execa(file, args, { ...plain(options, world), stdio: "inherit", reject: false });
      if (result.exitCode === undefined && result.signal === undefined) throw failed(command, result, {});
      return result.exitCode ?? 1;
    },
    which: (program) => which(program, world.env["PATH"] ?? ""),
  };
}

async function run(command: readonly string[], options: ExecOptions, world: World): Promise<ExecResult> {
  const [file, ...args] = split(command);
  const running = execa(file, args, {
    ...plain(options, world),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    all: true,
    reject: false,
    killDescendants: options.group === true,
    forceKillAfterDelay: graceMs,
    // A build log can be longer than what is worth keeping; only its end is shown.
    maxBuffer: options.maxBytes ?? usualBytes,
  });
  // What is left of the group holds its output open, and would be waited for.
  if (options.group === true) running.nodeChildProcess.once("exit", () => running.kill());
  if (options.onLine) await eachLine(running, options.onLine);
  const result = await running;
  if (options.group === true) running.kill("SIGKILL");
  options.signal?.throwIfAborted();
  const exited = result.exitCode !== undefined && !result.timedOut && !result.isMaxBuffer;
  if ((result.exitCode !== 0 || result.isMaxBuffer) && !(exited && options.allowFailure === true))
    throw failed(command, result, options);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

async function eachLine(
  running: { iterable(options: { from: "all" }): AsyncIterable<unknown> },
  onLine: (line: string) => void,
) {
  try {
    for await (const line of running.iterable({ from: "all" })) onLine(String(line));
  } catch (error) {
    // A failing program ends the iteration with the error that its result holds, too.
    if (!(error instanceof ExecaError)) throw error;
  }
}

/** Not execa's own `detached`: the log is handed over as a file descriptor and nothing of labctl stays attached. */
async function detach(command: readonly string[], options: DetachedOptions, world: World): Promise<number> {
  const [file, ...args] = split(command);
  const log = openSync(options.logFile, "a");
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...world.env, ...options.env },
      detached: true,
      stdio: ["ignore", log, log],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () => {
        resolve(child.pid ?? 0);
      });
    });
    child.unref();
    return pid;
  } catch (error) {
    throw failed(command, error as ExecaError, {});
  } finally {
    closeSync(log);
  }
}

async function which(program: string, path: string): Promise<string | undefined> {
  const candidates = isAbsolute(program)
    ? [program]
    : path
        .split(delimiter)
        .filter(Boolean)
        .map((dir) => join(dir, program));
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

function asRoot(command: readonly string[], viaSudo: boolean): readonly string[] {
  return viaSudo ? ["sudo", "-n", "--", ...command] : command;
}

function split(command: readonly string[]): [string, ...string[]] {
  const [file = "", ...args] = command;
  return [file, ...args];
}

function plain(options: Pick<ExecOptions, "cwd" | "env" | "timeoutMs" | "signal">, world: World) {
  return {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...world.env, ...options.env },
    extendEnv: false,
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  };
}

type Failure = Partial<Pick<Result, "exitCode" | "signal" | "timedOut" | "isMaxBuffer">> & {
  readonly all?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly originalMessage?: string;
};

function failed(command: readonly string[], failure: Failure, options: ExecOptions): CommandFailedError {
  const [file, ...args] = split(command);
  const output =
    typeof failure.all === "string" ? failure.all.split("\n").slice(-lastLines).join("\n").trim() : "";
  const why =
    failure.code === "ENOENT"
      ? "is not installed"
      : failure.timedOut === true
        ? `did not end within ${String((options.timeoutMs ?? 0) / 1000)} s`
        : failure.isMaxBuffer === true
          ? `wrote more than ${formatBytes(options.maxBytes ?? usualBytes)}`
          : failure.signal !== undefined
            ? `was ended by ${failure.signal}`
            : `failed with exit code ${String(failure.exitCode)}`;
  return new CommandFailedError({
    message: `${file} ${why}.`,
    // A script of many lines would hide what it said.
    lastSeen: [
      ["$", file, ...args.map((arg) => (arg.includes("\n") ? "…" : arg))].join(" "),
      output || (failure.originalMessage ?? ""),
    ]
      .filter(Boolean)
      .join("\n"),
    hint: options.hint ?? "Run: labctl doctor",
    commandExitCode: failure.exitCode,
    cause: failure,
  });
}
