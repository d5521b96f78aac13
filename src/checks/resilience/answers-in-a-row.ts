import type { DisturbContext } from "../check.ts";
import { isWell } from "./asked-pod.ts";

/** So many in a row go to every endpoint of a Service at least once, as good as certainly. */
export const inARow = 20;
/** At a time: one that fails tells enough, and each that fails takes its time. */
const atOnce = 5;

/** Looks once: whether a Service answers everybody. */
export async function answersInARow(
  { probe, signal }: Pick<DisturbContext, "probe" | "signal">,
  request: { readonly url: string; readonly timeoutMs: number },
): Promise<boolean> {
  const some = Array.from({ length: atOnce }, () => request);
  for (let asked = 0; asked < inARow; asked += atOnce) {
    if (!(await probe.request(some, signal)).every(isWell)) return false;
  }
  return true;
}
