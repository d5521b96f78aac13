import { describe, expect, it, test } from "vitest";
import { parseText } from "../../../src/lab/text-parts.ts";

const options = { file: "01-demo/README.md", exercises: ["answer", "more"] };

function parse(...blocks: readonly string[]) {
  return parseText(blocks.map((block) => `${block}\n`).join("\n"), options);
}

function block(words: string, text = "ls"): string {
  return `\`\`\`${words}\n${text}\n\`\`\``;
}

describe("parseText", () => {
  it("has what is marked, in its order, and nothing of the rest", () => {
    const { parts, problems } = parse(
      "# Title",
      block("console"),
      block("console run after=more passes=answer,more within=90s"),
      "Then:",
      block("text output", "a ... c"),
      block("yaml file=web/a.yaml", "a: 1"),
      block("console run fails", "false"),
    );
    expect(problems).toEqual([]);
    expect(parts).toMatchObject([
      {
        kind: "commands",
        line: 7,
        script: "ls",
        after: ["more"],
        passes: ["answer", "more"],
        fails: false,
        withinMs: 90_000,
        promise: { line: 13, text: "a ... c" },
      },
      { kind: "file", line: 17, path: "web/a.yaml", content: "a: 1\n", gaps: false },
      { kind: "commands", line: 21, script: "false", passes: [], fails: true, withinMs: 120_000 },
    ]);
  });

  test.each([
    ["console runs", /unknown mark "runs": run, output or file=/],
    ["sh run", /a block of console, not of sh/],
    ["console run passed=answer", /unknown word "passed=answer" after run/],
    ["console run passes", /unknown word "passes" after run/],
    ["console run fails=1", /unknown word "fails=1" after run/],
    ["console run passes=answer passes=more", /"passes" is there twice/],
    ["console run passes=answer,mroe", /passes: the lab has no exercise "mroe"/],
    ["console run after=", /after: the lab has no exercise ""/],
    ["console run within=soon", /within: "soon" is no time span/],
    ["console run within=0s", /within: "0s" is no time span/],
    ["text output", /nothing prints this/],
    ["yaml file=../a.yaml", /"\.\.\/a\.yaml" is no plain path/],
    ["yaml file=/etc/a.yaml", /is no plain path/],
    ["yaml file=-f", /is no plain path/],
    ["yaml file=", /is no plain path/],
    ["yaml file=a.yaml gap", /unknown word "gap" after file=/],
    ["yaml file=a.yaml gaps", /marked with "gaps", and has no ___/],
  ])("refuses %s, with its line", (words, why) => {
    const { problems } = parse("Text", block("console"), block(words));
    expect(problems).toEqual([
      { file: "01-demo/README.md", line: 7, message: expect.stringMatching(why) as unknown },
    ]);
  });

  it("refuses a gap that nobody fills, an output without commands of its own, and hidden text", () => {
    const { problems } = parse(
      block("yaml file=a.yaml", "a: ___"),
      block("console run"),
      block("text output"),
      block("text output"),
      block("console run", "ls \u202e"),
    );
    expect(problems.map(({ line }) => line)).toEqual([1, 13, 17]);
  });
});
