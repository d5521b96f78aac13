import { readFile, glob } from "node:fs/promises";
import { join } from "node:path";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../src/terminal/marked-markdown.ts";

const show = (markdown: string, columns: number): readonly string[] =>
  renderMarkdown(markdown, { columns, color: false }).trimEnd().split("\n");

const table = `| you see | look at | and then |
| --- | --- | --- |
| \`Pending\` | what \`kubectl describe pod\` says at its end | wait |
`;

describe("a table", () => {
  it("stays one where it fits", () => {
    expect(show(table, 80).join("\n")).toContain(
      "│ Pending │ what kubectl describe pod says at its end │ wait",
    );
  });

  it("is a list where it does not, each cell beside the head of its column", () => {
    expect(show(table, 50)).toEqual([
      "  * Pending: look at what kubectl describe pod",
      "    says at its end; and then wait",
    ]);
  });
});

it("a long line of a list is broken below its first word", () => {
  expect(show("- **one** two three four five six seven eight\n", 31)).toEqual([
    "  * one two three four five",
    "    six seven eight",
  ]);
});

it("a point of a list that goes on in the next line of the text is one", () => {
  expect(show("- one *two*\n  three `four`\n  five\n- six\n", 80)).toEqual([
    "  * one two three four five",
    "  * six",
  ]);
});

it("a link shows its address where that can be opened from a terminal", () => {
  const text = "A [pod](../../docs/glossary.md#pod) of [Kubernetes](https://kubernetes.io/).\n";
  expect(show(text, 80)).toEqual(["A pod of Kubernetes (https://kubernetes.io/)."]);
});

it("a line of code stays as it is: whoever copies it gets one command", () => {
  const command = "kubectl get pods --namespace lab-services --output wide";
  expect(show(`Type:\n\n\`\`\`console\n${command}\n\`\`\`\n`, 30).join("\n")).toContain(command);
});

function blocksOf(markdown: string): readonly { readonly language: string; readonly code: string }[] {
  const blocks = markdown.matchAll(/^```([^\n]*)\n(.*?)^```/gms);
  return [...blocks].map(([, language = "", code = ""]) => ({ language, code }));
}

describe("a lab's text", () => {
  const labs = join(import.meta.dirname, "..", "..", "..", "labs");
  const codeOf = (markdown: string): readonly string[] =>
    blocksOf(markdown).flatMap(({ code }) => code.trimEnd().split("\n"));

  it.each([80, 100])("fits %d columns, but for a word that is longer, and commands", async (columns) => {
    for await (const file of glob("*/README.md", { cwd: labs })) {
      const markdown = await readFile(join(labs, file), "utf8");
      const code = codeOf(markdown).map((line) => line.trim());
      const broken = show(markdown, columns).filter(
        (line) => stringWidth(line) > columns && !code.includes(line.trim()) && /\S\s+\S/.test(line),
      );
      expect({ file, broken }).toEqual({ file, broken: [] });
    }
  });

  it("has no command that 100 columns do not hold", async () => {
    for await (const file of glob("*/README.md", { cwd: labs })) {
      const blocks = blocksOf(await readFile(join(labs, file), "utf8"));
      const commands = blocks.filter(({ language }) => language.startsWith("console"));
      const long = commands.flatMap(({ code }) => code.split("\n")).filter((line) => stringWidth(line) > 98);
      expect({ file, long }).toEqual({ file, long: [] });
    }
  });
});
