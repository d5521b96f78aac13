/** Levels of brackets: no honest answer has a hundred, and what walks some thousands runs out of its stack. */
const maxDepth = 1000;

/** What somebody else wrote, perhaps as JSON; undefined where it is none, or nested too deeply. @param revive as of JSON.parse. */
export function parseJson(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}

const [quote, backslash] = [0x22, 0x5c];
const opening: readonly number[] = [0x5b, 0x7b];
const closing: readonly number[] = [0x5d, 0x7d];

/** Of a text that is no JSON nothing is said. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (isQuoted && sign === backslash) at++;
    else if (sign === quote) isQuoted = !isQuoted;
    else if (!isQuoted && opening.includes(sign) && ++depth > maxDepth) return true;
    else if (!isQuoted && closing.includes(sign)) depth--;
  }
  return false;
}
