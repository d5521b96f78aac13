import type { BrowserWindow } from "../../browser/browser.ts";
import type { CheckFinding } from "../../look/look.ts";
import type { Values } from "../../programs/answers.ts";
import { fillIn, listAt } from "./fill-in.ts";
import type { Fill, PageStep, See } from "./page-spec.ts";

interface Place {
  /** Where the window is, as sentences name it. */
  readonly url: string;
  readonly window: BrowserWindow;
  readonly values: Values;
  /** The selector of what tells of trouble. */
  readonly trouble: string;
}

/** What is wrong, in the words of a finding. */
export type Wrong = Pick<CheckFinding, "path" | "reason" | "expected" | "actual" | "message">;

/** Does what a person would do; undefined when it could be done. */
export function takeStep(step: PageStep, place: Place): Promise<Wrong | undefined> {
  if ("fill" in step) return fill(step.fill, place);
  if ("click" in step) return click(step.click, place);
  return see(step.see, place);
}

async function fill(step: Fill, { url, window, values }: Place): Promise<Wrong | undefined> {
  const selector = fillIn(step.selector, values);
  const text = fillIn(step.with, values);
  if (await window.fill(selector, text)) return undefined;
  const message = `The page ${url} has no field ${selector} to write ${text} into.`;
  return { path: selector, reason: "field-missing", expected: "a field", actual: "not found", message };
}

async function click(step: string, { url, window, values }: Place): Promise<Wrong | undefined> {
  const selector = fillIn(step, values);
  if (await window.click(selector)) return undefined;
  const message = `The page ${url} has nothing to click at ${selector}.`;
  return { path: selector, reason: "nothing-to-click", expected: "a button", actual: "not found", message };
}

/** What is to be seen. */
interface Sight {
  readonly selector: string;
  /** What is waited for. */
  readonly until: RegExp;
  /** What is right, and what it is instead, of the text that came. */
  readonly judge: (text: string) => string | undefined;
  readonly expected: string;
  readonly because: string;
}

async function see(step: See, place: Place): Promise<Wrong | undefined> {
  const sight = sightOf(step, place.values);
  const { selector, until, judge, expected, because } = sight;
  const text = await place.window.text(selector, { matching: until });
  if (text === undefined) return silent(sight, place);
  const actual = judge(text);
  if (actual === undefined) return undefined;
  const message = `The page ${place.url} shows ${actual} in ${selector}, not ${expected}.${because}`;
  return { path: selector, reason: "another-text", expected, actual, message };
}

function sightOf(step: See, values: Values): Sight {
  const selector = fillIn(step.selector, values);
  const because = step.because === undefined ? "" : ` ${fillIn(step.because, values)}`;
  if ("matches" in step) {
    const until = new RegExp(fillIn(step.matches, values, escape), "u");
    return { selector, until, judge: () => undefined, expected: `what is like ${until.source}`, because };
  }
  const expected = fillIn(step.text, values);
  const others = step.among === undefined ? [] : listAt(step.among, values).map(String);
  const words = [...new Set([...others, expected])];
  const judge = (text: string): string | undefined => {
    const shown = words.filter((word) => wordsLike([word]).test(text));
    return shown.length === 1 && shown[0] === expected ? undefined : shown.join(" and ");
  };
  return { selector, until: wordsLike(words), judge, expected, because };
}

/** It shows nothing of what it should; what it says instead, if anything, is the best hint. */
async function silent(sight: Sight, { url, window, trouble }: Place): Promise<Wrong> {
  const { selector, expected, because } = sight;
  const told = await read(window, trouble);
  if (told !== undefined) {
    const message = `The page ${url} shows no ${expected} in ${selector}. It says: ${told}`;
    return { path: selector, reason: "page-in-trouble", expected, actual: told, message };
  }
  const shown = await read(window, selector);
  const actual = shown ?? "nothing";
  const message = `The page ${url} shows ${actual} in ${selector}, not ${expected}.${because}`;
  return {
    path: selector,
    reason: shown === undefined ? "nothing-shown" : "another-text",
    expected,
    actual,
    message,
  };
}

/** What is there now. */
async function read(window: BrowserWindow, selector: string): Promise<string | undefined> {
  const text = await window.text(selector, { withinMs: 500 });
  return text?.trim().replaceAll(/\s+/g, " ").slice(0, 200);
}

/** Any of them, as whole words. */
function wordsLike(words: readonly string[]): RegExp {
  const any = words.map((word) => escape(word.trim()).replaceAll(/\s+/g, String.raw`\s+`)).join("|");
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${any})(?![\p{L}\p{N}_])`, "iu");
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
