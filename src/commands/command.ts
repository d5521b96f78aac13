import type { ArgumentsCamelCase, InferredOptionTypes, Options, PositionalOptions } from "yargs";
import type { Deps } from "../deps.ts";
import type { ExitCode } from "../errors.ts";
import type { DefaultTimeout } from "./default-timeout.ts";
import type { GlobalOptions } from "./global-options.ts";

/** What a command is given: its own options and positionals, and those that every command has. */
export type CommandArgs<
  O extends Record<string, Options>,
  P extends Record<string, PositionalOptions>,
> = ArgumentsCamelCase<InferredOptionTypes<GlobalOptions> & InferredOptionTypes<O> & InferredOptionTypes<P>>;

/** The global options alone. */
export type GlobalArgs = ArgumentsCamelCase<InferredOptionTypes<GlobalOptions>>;

/** One verb of the command line: data, so that help, completion and docs/cli.md derive from it. */
export interface Command<
  O extends Record<string, Options> = Record<string, Options>,
  P extends Record<string, PositionalOptions> = Record<string, PositionalOptions>,
> {
  /** As yargs takes it: `check [labs..]`. */
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** A few sentences, shown by `--help` and in docs/cli.md. */
  readonly description?: string;
  /** Command lines that do what a user would want first, each with what it does. */
  readonly examples?: readonly (readonly [command: string, does: string])[];
  readonly positionals?: P;
  readonly options?: O;
  /** How long it may take where --timeout says nothing; without it, as long as it takes. */
  readonly timeout?: DefaultTimeout;
  /** Changes a cluster or the engine: only one such command runs at a time (`deps.exclusive`). */
  readonly exclusive?: boolean;
  /** Results to `deps.streams.out`, talk to `err`; expected failures are thrown as LabctlError. */
  run(args: CommandArgs<O, P>, deps: Deps): Promise<ExitCode>;
}

/** Identity, for the types. */
export function defineCommand<
  const O extends Record<string, Options>,
  const P extends Record<string, PositionalOptions>,
>(command: Command<O, P>): Command<O, P> {
  return command;
}
