import type { Kube } from "../kube/kube.ts";
import type { Runner } from "./runner.ts";

/** Seconds in which a program that is told to end gives back what it has made. */
const graceSeconds = 10;

/** Below the folder that a program runs in: its process. */
export const processFile = ".process";

/** Nothing where the program has ended before. */
const script = `
process=$(cat "$1/${processFile}") || exit 0
left=$(($2 * 5))
kill -TERM "$process" || exit 0
while [ "$left" -gt 0 ] && kill -0 "$process"; do
  sleep 0.2
  left=$((left - 1))
done
`;

/**
 * Tells a program that may be running still to end, by the signal that ends a pod's containers, and gives it a while.
 * @param folder the one that it runs in.
 */
export async function endProgram(kube: Pick<Kube, "exec">, runner: Runner, folder: string): Promise<void> {
  await kube.exec(runner, ["sh", "-c", script, "labctl", folder, String(graceSeconds)], {
    signal: AbortSignal.timeout((graceSeconds + 5) * 1000),
  });
}
