/** What labs bring is data, but for expressions: a regular expression, CEL or a schema may be one that never ends. */
import { createContext, Script } from "node:vm";
import { EnvironmentError } from "./errors.ts";

/** Honest ones take less than a millisecond; on a machine with all cores busy some more. */
const longestMs = 5000;

const place: { work?: () => unknown } = {};
createContext(place);
const script = new Script("work()");

/**
 * What a work comes to that nothing else could end, not even Ctrl-C: it holds the only thread.
 * @param what begins a sentence: "The regular expression ^(a+)+$".
 * @throws EnvironmentError when it takes too long.
 */
export function briefly<T>(what: string, work: () => T, timeout = longestMs): T {
  place.work = work;
  try {
    return script.runInContext(place, { timeout }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new EnvironmentError({
      message: `${what} did not come to an end within ${String(timeout / 1000)} s.`,
      lastSeen: "it was still looking",
      hint: "Write a simpler one into the lab.",
      cause: error,
    });
  }
}

/** Whether a regular expression of a lab matches a text of somebody else. */
export function matches(pattern: RegExp, text: string): boolean {
  return briefly(`The regular expression ${pattern.source}`, () => pattern.test(text));
}
