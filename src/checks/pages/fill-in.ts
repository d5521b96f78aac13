import { EnvironmentError } from "../../errors.ts";
import type { Values } from "../../programs/answers.ts";

/** `${name}`, or a field of it: `${each.words}`. */
export const placeholder = /\$\{([a-zA-Z_]\w*(?:\.\w+)*)\}/g;

/**
 * Puts values in their places.
 * @param quote what becomes of each, where it has to stand for itself: in a URL, in a regular expression.
 * @throws EnvironmentError when there is no such value, or it is no word or number.
 */
export function fillIn(text: string, values: Values, quote: (value: string) => string = String): string {
  return text.replaceAll(placeholder, (_, path: string) => quote(wordAt(path, values)));
}

/** @throws EnvironmentError when there is no such list, or nothing is in it. */
export function listAt(path: string, values: Values): readonly unknown[] {
  const value = valueAt(path, values);
  if (Array.isArray(value) && value.length > 0) return value;
  throw notTold(path, value === undefined ? "nobody has told it" : "that is no list, or an empty one");
}

function wordAt(path: string, values: Values): string {
  const value = valueAt(path, values);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw notTold(path, value === undefined ? "nobody has told it" : "that is no word and no number");
}

function valueAt(path: string, values: Values): unknown {
  return path.split(".").reduce<unknown>((from, name) => {
    if (typeof from !== "object" || from === null || !Object.hasOwn(from, name)) return undefined;
    return (from as Values)[name];
  }, values);
}

function notTold(path: string, why: string): EnvironmentError {
  return new EnvironmentError({
    message: `The lab's page needs the value ${path}, and ${why}.`,
    hint: "Check again; if it stays so, the lab is at fault, not you.",
  });
}
