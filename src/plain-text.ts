import { stripVTControlCharacters } from "node:util";

/** Control characters but tab and line feed, and what turns the direction of letters that follow. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What others wrote (a pod's log, a name, a page), as it may be shown: nothing of it moves, colours, hides or turns text. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(unprintable, "\ufffd");
}

/** Characters of one text in a report: more than a person reads of it. */
const maxShown = 2000;

/** The same of what may be as long as a log: its beginning, and how much more there is. */
export function shortText(text: string): string {
  const shown = plainText(text);
  const more = shown.length - maxShown;
  if (more <= 0) return shown;
  // Half a letter at the end would make no text of it.
  const beginning = shown.slice(0, maxShown).replace(/[\ud800-\udbff]$/u, "");
  return `${beginning}… (${String(shown.length - beginning.length)} more characters)`;
}

/** Whether a text may be shown as it is; line ends of another system aside. */
export function isPlainText(text: string): boolean {
  return plainText(text) === text.replaceAll("\r\n", "\n");
}
