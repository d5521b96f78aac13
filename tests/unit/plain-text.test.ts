import { expect, test } from "vitest";
import { createLineProgress } from "../../src/terminal/line-progress.ts";
import { plainProgress } from "../../src/terminal/plain-progress.ts";
import { plainText, shortText } from "../../src/plain-text.ts";
import { FakeClock } from "../support/fake-clock.ts";

test.each([
  ["a colour", "\u001b[32mpassed\u001b[0m", "passed"],
  ["a cleared screen", "\u001b[2J\u001b[Hpassed: 10 of 10", "passed: 10 of 10"],
  ["a title of the window", "\u001b]0;owned\u0007log", "log"],
  ["an 8-bit sequence", "\u009b31mred", "red"],
  ["a line written over", "failed\rpassed", "failed\ufffdpassed"],
  ["letters taken back", "failed\b\b\b\b\b\bpassed", "failed\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdpassed"],
  ["letters from right to left", "\u202edessap", "\ufffddessap"],
  ["half a sequence", "\u001b", "\ufffd"],
])("%s is not shown as such", (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test("lines, tabs and letters of any language stay", () => {
  const text = "Ngô Văn Á\t✔\r\nשלום\n";
  expect(plainText(text)).toBe("Ngô Văn Á\t✔\nשלום\n");
});

test("progress shows no sequences of others", async () => {
  const shown: string[] = [];
  const stream = { write: (text: string) => void shown.push(text) };
  const progress = plainProgress(createLineProgress(stream as never, new FakeClock()));
  await progress.step("\u001b[2Ja", async (step) => {
    step.title("\u001b[2Jb");
    step.detail("\u001b[2Jb");
  });
  progress.note("\u001b[2Jc");
  expect(shown.join("")).not.toContain("\u001b");
});

test("of what is as long as a log the beginning is told, and how much more there is", () => {
  expect(shortText("a".repeat(2000))).toBe("a".repeat(2000));
  const half = `${"a".repeat(1999)}🧨${"b".repeat(3000)}`;
  expect(shortText(half)).toBe(`${"a".repeat(1999)}… (3002 more characters)`);
});
