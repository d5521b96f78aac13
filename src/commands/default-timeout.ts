import type { Command } from "./command.ts";

/** How long a command may take where --timeout says nothing: a time span as --timeout takes it. */
export interface DefaultTimeout {
  readonly usual: string;
  /** By switches of the command with which it takes longer; undefined: as long as it takes. */
  readonly with?: Readonly<Record<string, string | undefined>>;
}

/** @param args of the command line. @returns undefined for a command that may take as long as it takes. */
export function defaultTimeout(
  { timeout }: Pick<Command, "timeout">,
  args: Readonly<Record<string, unknown>>,
): string | undefined {
  const given = Object.entries(timeout?.with ?? {}).filter(([name]) => args[name] === true);
  if (given.length === 0) return timeout?.usual;
  // The last one stands: with --watch nothing else matters.
  return given.at(-1)?.[1];
}

/** As --help and docs/cli.md show it: "45m, with --all 6h, with --watch none"; "none" where there is none. */
export function describeTimeout({ timeout }: Pick<Command, "timeout">): string {
  if (!timeout) return "none";
  const more = Object.entries(timeout.with ?? {}).map(
    ([name, value]) => `, with --${name} ${value ?? "none"}`,
  );
  return timeout.usual + more.join("");
}
