/**
 * Every error that labctl expects. Each is made where the failure is understood (the adapter, the parser),
 * carries its three parts, and becomes text in one place only: `main.ts`.
 *
 * Anything else that reaches `main.ts` is a bug and ends with exit code 70.
 */
export const exitCodes = {
  /** Done, or every exercise passed. */
  ok: 0,
  /** At least one exercise failed. */
  checkFailed: 1,
  /** Wrong usage, or a lab file that does not parse. */
  usage: 2,
  /** Docker, the cluster, the disk or the network is in the way; an errored check counts here. */
  environment: 3,
  /** A bug in labctl. */
  bug: 70,
  /** Interrupted by SIGINT, SIGTERM or SIGHUP, which a terminal sends that is closed. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface ErrorParts {
  /** What failed, with the name of the thing in it. One sentence, no stack. */
  readonly message: string;
  /** The last thing that was seen before it failed: output lines, a status, the holder of a port. */
  readonly lastSeen?: string;
  /** What to do next; a full command line wherever there is one. */
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly cause?: unknown;
}

/** The base of all expected errors. */
export class LabctlError extends Error {
  readonly lastSeen: string | undefined;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(parts: ErrorParts) {
    super(parts.message, { cause: parts.cause });
    this.name = new.target.name;
    this.lastSeen = parts.lastSeen;
    this.hint = parts.hint;
    this.exitCode = parts.exitCode;
  }
}

type PartsWithoutCode = Omit<ErrorParts, "exitCode">;

/** The command line asks for something that cannot be: exit code 2. */
export class UsageError extends LabctlError {
  constructor(parts: PartsWithoutCode) {
    super({ ...parts, exitCode: exitCodes.usage });
  }
}

/** The machine, the engine, the cluster or the network is in the way: exit code 3. */
export class EnvironmentError extends LabctlError {
  constructor(parts: PartsWithoutCode) {
    super({ ...parts, exitCode: exitCodes.environment });
  }
}

/** A program that labctl ran ended with a failure: exit code 3, its last lines in `lastSeen`. */
export class CommandFailedError extends LabctlError {
  /** The exit code of the program itself; undefined when it was ended by a signal or never started. */
  readonly commandExitCode: number | undefined;

  constructor(parts: PartsWithoutCode & { readonly commandExitCode: number | undefined }) {
    super({ ...parts, exitCode: exitCodes.environment });
    this.commandExitCode = parts.commandExitCode;
  }
}

/** One problem of a lab folder, at a place that an editor can open. */
export interface LabProblem {
  /** Path of the file, relative to the folder that holds the labs. */
  readonly file: string;
  /** 1-based; undefined where the problem belongs to the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** A lab folder is broken: exit code 2, with every problem at once. */
export class LabDefinitionError extends LabctlError {
  readonly problems: readonly LabProblem[];

  constructor(problems: readonly LabProblem[]) {
    super({
      message: `${String(problems.length)} problem${problems.length === 1 ? "" : "s"} in the lab files.`,
      lastSeen: problems.map(formatProblem).join("\n"),
      hint: "Correct the places named above, then run: labctl lint",
      exitCode: exitCodes.usage,
    });
    this.problems = problems;
  }
}

function formatProblem(problem: LabProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${String(problem.line)}`;
  return `${place}: ${problem.message}`;
}
