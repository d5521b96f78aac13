/** What the program of images/load prints when it ends: one line of JSON, after whatever else it said. */
import { z } from "zod";
import type { TrafficReport } from "./traffic.ts";
import { parseJson } from "../parse-json.ts";

const printed = z.object({
  /** By status; -1 is a request that got no answer. */
  codes: z.record(z.string(), z.int()),
  startedAt: z.string(),
  durationNs: z.number(),
});

const noAnswer = -1;

/** Undefined when the output holds no report, or a broken one. */
export function parseFortioReport(output: string): TrafficReport | undefined {
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  const read = printed.safeParse(line === undefined ? undefined : parseJson(line));
  if (!read.success) return undefined;
  const { codes, startedAt, durationNs } = read.data;
  const counts = Object.entries(codes).map(([code, count]) => ({ code: Number(code), count }));
  const failed = counts.filter(({ code }) => code < 200 || code > 299);
  return {
    requests: sum(counts),
    failures: sum(failed),
    kinds: failed.map(({ code, count }) => `${String(count)} × ${wordsOf(code)}`),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.round(durationNs / 1e6),
  };
}

function wordsOf(code: number): string {
  return code === noAnswer ? "no answer" : `status ${String(code)}`;
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
