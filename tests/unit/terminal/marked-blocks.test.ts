import { expect, test } from "vitest";
import { fencedBlocks, withLanguagesAlone } from "../../../src/terminal/marked-blocks.ts";

const text = `# A

\`\`\`console run passes=a
ls
# no heading
\`\`\`

    indented

1. One

   ~~~yaml file=a.yaml
   a: 1
   ~~~

> \`\`\`\`text output
> \`\`\`console run
> \`\`\`\`

\`\`\`
\`\`\`
`;

test("fenced blocks have their words, their text and their lines, wherever they stand", () => {
  expect(fencedBlocks(text)).toEqual([
    { line: 3, words: ["console", "run", "passes=a"], text: "ls\n# no heading" },
    { line: 12, words: ["yaml", "file=a.yaml"], text: "a: 1" },
    { line: 16, words: ["text", "output"], text: "```console run" },
    { line: 20, words: [], text: "" },
  ]);
});

test("with their languages alone, fences are as others write them, and nothing else is another", () => {
  const shown = withLanguagesAlone(text);
  expect(shown.split("\n").filter((line, index) => line !== text.split("\n")[index])).toEqual([
    "```console",
    "   ~~~yaml",
    "> ````text",
  ]);
  expect(withLanguagesAlone(shown)).toBe(shown);
});
