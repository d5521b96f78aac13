import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fencedBlocks } from "../../../src/terminal/marked-blocks.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const lab = join(project, "tests/fixtures/labs/91-message-queue");
const page = readFileSync(join(project, "docs/authoring.md"), "utf8");

/** Blocks of the page that name a file of the lab beside their language. */
const excerpts = fencedBlocks(page).flatMap(({ words: [, file], text }) =>
  file === undefined ? [] : [{ file, text }],
);

describe("the page on writing a lab shows the lab as it is", () => {
  test("in all of its steps", () => {
    expect(excerpts.length).toBeGreaterThanOrEqual(12);
  });

  test.each(excerpts)("$file has $text", ({ file, text }) => {
    const whole = readFileSync(join(lab, file), "utf8");
    expect(withoutSpaces(whole)).toContain(withoutSpaces(text));
  });
});

/** An excerpt stands at the margin, and its lines may be broken elsewhere. */
function withoutSpaces(text: string): string {
  return text.replaceAll(/\s+/g, "");
}
