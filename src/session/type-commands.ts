import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { maxTextBytes } from "../bounded.ts";
import type { Deps } from "../deps.ts";
import { CommandFailedError } from "../errors.ts";
import { plainText } from "../plain-text.ts";
import { createTemporaryFolder } from "../temporary-folder.ts";

export interface Typing {
  /** Lines of bash. */
  readonly script: string;
  /** The folder that they are typed in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly withinMs: number;
}

/** What came of lines that were typed. */
export interface Typed {
  readonly exitCode: number | undefined;
  /** All that they printed, in the order in which it came; the last lines alone where they were ended. */
  readonly output: string;
  /** Why they were ended: "bash did not end within 90 s." */
  readonly ended?: string;
  /** The command that ran last, which is the one that failed, and its line in the script. */
  readonly last?: { readonly line: number; readonly command: string };
  readonly durationMs: number;
}

/**
 * Types lines as a student would, each after the one before it has succeeded, with an empty standard input. What they
 * leave in the background ends with them. It may take `withinMs` and print 1 MiB; a failure is a value.
 */
export async function typeCommands(
  { script, cwd, env, withinMs }: Typing,
  { exec, clock, signal, cleanUps }: Pick<Deps, "exec" | "clock" | "signal" | "cleanUps">,
): Promise<Typed> {
  await using folder = await createTemporaryFolder("commands");
  const [file, prelude] = [join(folder.path, "commands"), join(folder.path, "prelude")];
  await writeFile(file, `${script}\n`);
  await writeFile(prelude, preludeText);
  const started = clock.elapsed();
  // An interrupted labctl waits until the last of them has ended.
  const outcome = await cleanUps.during(async () => {
    const running = exec.run(["bash", "-euo", "pipefail", file], {
      ...{ cwd, signal, env: { ...env, BASH_ENV: prelude } },
      ...{ timeoutMs: withinMs, maxBytes: maxTextBytes, group: true, allowFailure: true },
    });
    return running.then(({ exitCode, stdout }) => ({ exitCode, output: stdout }), asEnded);
  });
  const durationMs = clock.elapsed() - started;
  const last = readLast(await readFile(join(folder.path, "last"), "utf8").catch(() => ""));
  return { ...outcome, output: plainText(outcome.output), ...(last ? { last } : {}), durationMs };
}

/**
 * bash reads this before the script. Errors come where they happen among what is printed, and the command that is about
 * to run is written down, since nothing else tells which one did not come to an end.
 * https://www.gnu.org/software/bash/manual/html_node/Bourne-Shell-Builtins.html#index-trap
 */
const preludeText = `labctl_last=\${BASH_ENV%/*}/last
unset BASH_ENV
exec 2>&1
trap 'printf "%s %s\\n" "$LINENO" "$BASH_COMMAND" >"$labctl_last"' DEBUG
`;

function readLast(text: string): Typed["last"] {
  const [, line = "", command = ""] = /^(\d+) (.*)/.exec(text) ?? [];
  return command === "" ? undefined : { line: Number(line), command };
}

function asEnded(error: unknown): Pick<Typed, "exitCode" | "output" | "ended"> {
  if (!(error instanceof CommandFailedError)) throw error;
  return { exitCode: error.commandExitCode, output: error.lastSeen ?? "", ended: error.message };
}
