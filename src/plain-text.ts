import { stripVTControlCharacters } from "node:util";

/** Control characters but tab and line feed, and what turns the direction of letters that follow. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What others wrote (a pod's log, a name, a page), as it may be shown: nothing of it moves, colours, hides or turns text. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(unprintable, "\ufffd");
}

/** Whether a text may be shown as it is; line ends of another system aside. */
export function isPlainText(text: string): boolean {
  return plainText(text) === text.replaceAll("\r\n", "\n");
}
