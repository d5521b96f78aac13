/** Running programs. The only implementation that starts real ones is `execa-exec.ts`. */

export interface ExecOptions {
  readonly cwd?: string;
  /** Added to labctl's own environment; a value of undefined removes the variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to the program's standard input, which is then closed. Without it, standard input is empty. */
  readonly input?: string;
  /** Milliseconds after which the program is ended; none by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** It and what it starts are a process group, which ends with it: nothing goes on in the background. */
  readonly group?: boolean;
  /** How much of its standard output, or of its standard error, is read: 64 MiB by default. More ends it. */
  readonly maxBytes?: number;
  /** Called for each line of stdout and stderr as it comes: what progress shows. */
  readonly onLine?: (line: string) => void;
  /** Give the result of a non-zero exit back instead of throwing. */
  readonly allowFailure?: boolean;
  /** Needs root: runs as it is for root, through `sudo -n` for anyone else. */
  readonly root?: boolean;
  /** The hint of the error when the program fails. */
  readonly hint?: string;
}

export interface ExecResult {
  /** undefined when the program was ended by a signal. */
  readonly exitCode: number | undefined;
  /** Without the last line feed. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface DetachedOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** stdout and stderr are appended here. */
  readonly logFile: string;
  readonly root?: boolean;
}

export interface Exec {
  /**
   * Runs a program to its end.
   * @param command program and arguments; no shell is involved.
   * @throws CommandFailedError when it exits non-zero (unless `allowFailure`), times out, writes too much or
   *   cannot be started;
   *   the last 20 lines of its output are in `lastSeen`.
   */
  run(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Starts a program in a session of its own that outlives labctl, and returns its pid at once.
   * @throws CommandFailedError when it cannot be started.
   */
  detach(command: readonly string[], options: DetachedOptions): Promise<number>;
  /** Runs a program on the user's own terminal (a subshell) and returns its exit code. */
  interactive(command: readonly string[], options?: Pick<ExecOptions, "cwd" | "env">): Promise<number>;
  /** The absolute path of a program on PATH, or undefined. */
  which(program: string): Promise<string | undefined>;
}
