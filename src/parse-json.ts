/** What somebody else wrote, perhaps as JSON; undefined where it is none. @param revive as of JSON.parse. */
export function parseJson(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}
