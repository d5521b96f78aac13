import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../src/terminal/duration.ts";

test.each([
  [412, "0.4s"],
  [9_949, "9.9s"],
  [12_400, "12s"],
  [59_600, "1m 00s"],
  [185_000, "3m 05s"],
  [3_720_000, "1h 02m"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ["90", 90_000],
  ["90s", 90_000],
  ["1h30m", 5_400_000],
  ["soon", undefined],
  ["", undefined],
  ["5d", undefined],
])("%j is %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
