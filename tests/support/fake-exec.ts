import { CommandFailedError } from "../../src/errors.ts";
import type { Exec, ExecOptions, ExecResult } from "../../src/exec/exec.ts";

type Answer = (command: readonly string[], options: ExecOptions) => Partial<ExecResult>;

/** Programs that are a function; what was run is kept. */
export class FakeExec implements Exec {
  readonly ran: string[] = [];
  readonly options: ExecOptions[] = [];
  /** Programs that are not on PATH. */
  readonly absent = new Set<string>();
  /** Exit code of the next interactive program. */
  interactiveExitCode = 0;
  /** What `detach` returns: beyond every kernel's highest pid, so that of a program that has ended. */
  detachedPid = 2 ** 22 + 1;
  answer: Answer;

  constructor(answer: Answer = () => ({})) {
    this.answer = answer;
  }

  async run(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.ran.push(command.join(" "));
    this.options.push(options);
    const result = { exitCode: 0, stdout: "", stderr: "", ...this.answer(command, options) };
    if (result.exitCode === 0 || options.allowFailure === true) return result;
    throw new CommandFailedError({
      message: `${command[0] ?? ""} failed with exit code ${result.exitCode}.`,
      lastSeen: result.stderr,
      hint: options.hint ?? "Run: labctl doctor",
      commandExitCode: result.exitCode,
    });
  }

  async detach(command: readonly string[]): Promise<number> {
    this.ran.push(command.join(" "));
    return this.detachedPid;
  }

  async interactive(command: readonly string[], options: ExecOptions = {}): Promise<number> {
    this.ran.push(command.join(" "));
    this.options.push(options);
    return this.interactiveExitCode;
  }

  async which(program: string): Promise<string | undefined> {
    if (this.absent.has(program.split("/").at(-1) ?? "")) return undefined;
    return `/usr/bin/${program}`;
  }
}
