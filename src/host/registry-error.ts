import { CommandFailedError, EnvironmentError } from "../errors.ts";

const outOfReach =
  /could not (resolve|connect)|temporary failure|name resolution|no such host|connection (refused|reset|timed out)|network is unreachable|i\/o timeout|timed out|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|failed to fetch|NewConnectionError|proxyconnect/i;

/**
 * Does a piece of work that asks a package registry, and turns its failure into one error that tells an unreachable
 * registry from everything else.
 * @param attempt `registry` as a person calls it ("the Go module proxy"), `what` is brought from it.
 */
export async function fromRegistry<T>(
  attempt: { readonly registry: string; readonly what: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailedError)) throw error;
    const seen = error.lastSeen ?? "";
    const unreachable = isOutOfReach(error);
    throw new EnvironmentError({
      message: unreachable
        ? `${attempt.what} cannot be brought: ${attempt.registry} is out of reach.`
        : `${attempt.what} could not be brought from ${attempt.registry}.`,
      lastSeen: unreachable ? lastMatch(seen) : seen,
      hint: unreachable
        ? "Check the network and the proxy settings of this machine, then run the same command again."
        : "Run the same command again; if it fails again, the lines above say why.",
      cause: error,
    });
  }
}

/** Whether a program failed because the network did, by its last words. */
export function isOutOfReach(error: unknown): boolean {
  return error instanceof CommandFailedError && outOfReach.test(error.lastSeen ?? "");
}

function lastMatch(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => outOfReach.test(line)) ?? lines.at(-1) ?? text;
}
