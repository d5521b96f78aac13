import type { HttpAnswer, HttpRequest } from "../../probe/probe.ts";
import type { LookContext } from "../../look/look.ts";
import type { Answering } from "./answering-spec.ts";
import { mismatch, type Mismatch } from "./expectation.ts";
import { httpUrl } from "../../look/url.ts";

interface Asked {
  /** A name, or an address. */
  readonly host: string;
  readonly ask: (requests: readonly HttpRequest[]) => Promise<readonly HttpAnswer[]>;
  readonly context: LookContext;
}

/** What was just started is Ready before it listens. */
const settleMs = 5000;
/** Of a page that changes each second. */
const changeWithinMs = 5000;

/** Asks until it answers as it should; what was wrong with the last answer, if it never did. */
export async function observeAnswers(wanted: Answering, asked: Asked): Promise<Mismatch | undefined> {
  const { context } = asked;
  const waited = await context.wait({
    observe: async () => {
      const value = await look(wanted, asked);
      return { done: value.wrong === undefined, value };
    },
    withinMs: settleMs,
    signal: context.signal,
  });
  const { wrong, body } = waited.value;
  if (wrong || !wanted.changes) return wrong;
  return unlessChanged(wanted, asked, body);
}

interface Look {
  readonly wrong: Mismatch | undefined;
  readonly body: string;
}

async function look(wanted: Answering, { host, ask, context }: Asked): Promise<Look> {
  const word = context.nonce();
  const path = wanted.echoes ? `${wanted.path.replace(/\/$/, "")}/${word}` : wanted.path;
  const [answer] = await ask([{ url: httpUrl({ host, port: wanted.port, path }) }]);
  const given: HttpAnswer = answer ?? { ok: false, reason: "other", message: "no answer" };
  const body = given.ok ? given.body : "";
  const wrong = mismatch(wanted.expect, given);
  if (wrong) return { wrong: { ...wrong, expected: `${wrong.expected} for ${path}` }, body };
  const silent = wanted.echoes ? unlessEchoed(word, given) : undefined;
  return { wrong: silent ?? unlessGiven(wanted.page, path, given), body };
}

/** What repeats a path need not be what the lab gave: its own page tells it from any other. */
function unlessGiven(page: string | undefined, path: string, answer: HttpAnswer): Mismatch | undefined {
  if (page === undefined) return undefined;
  const lines = page.split("\n").map((line) => line.trim());
  for (const line of lines.filter((each) => each !== "")) {
    const known = line.replaceAll("{path}", path);
    const body = new RegExp(
      known
        .split(/\{[a-z]+\}/u)
        .map(escape)
        .join("[^<>{}]+"),
      "u",
    );
    const wrong = mismatch({ status: answer.ok ? answer.status : 200, body }, answer);
    if (wrong) return { ...wrong, expected: `the page of the given application, with ${known}` };
  }
  return undefined;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}

function unlessEchoed(word: string, answer: HttpAnswer): Mismatch | undefined {
  const wrong = mismatch({ status: answer.ok ? answer.status : 200, body: new RegExp(word, "u") }, answer);
  return (
    wrong && {
      ...wrong,
      reason: "path-not-repeated",
      expected: `a page that repeats the path asked for, /${word}`,
    }
  );
}

async function unlessChanged(wanted: Answering, asked: Asked, first: string): Promise<Mismatch | undefined> {
  const { context } = asked;
  const waited = await context.wait({
    observe: async () => {
      const value = await look(wanted, asked);
      return { done: value.wrong === undefined && value.body !== first, value };
    },
    withinMs: changeWithinMs,
    signal: context.signal,
  });
  if (waited.done) return undefined;
  return (
    waited.value.wrong ?? {
      reason: "page-stands-still",
      expected: "a page that changes each second",
      actual: `the same page for ${String(changeWithinMs / 1000)} s`,
    }
  );
}
