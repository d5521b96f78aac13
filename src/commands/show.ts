import { basename, join } from "node:path";
import { exitCodes } from "../errors.ts";
import { readPlainText } from "../plain-files.ts";
import { plainText } from "../plain-text.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLab } from "./open-lab.ts";

export const show = defineCommand({
  usage: "show <lab>",
  summary: "A lab's instructions",
  positionals: labPositional,
  async run(args, deps) {
    const { out } = deps.streams;
    const lab = await openLab(args.lab, deps);
    const [text, { withLanguagesAlone }] = await Promise.all([
      readPlainText(join(lab.folder, "README.md"), `${basename(lab.folder)}/README.md`),
      import("../terminal/marked-blocks.ts"),
    ]);
    const markdown = withLanguagesAlone(plainText(text));
    const { laidOutFolder } = await import("../session/lay-out-files.ts");
    const files = await laidOutFolder(lab, deps.places.labFiles);
    const also =
      files === undefined ? "" : `; that puts its files into ${files}, and changes nothing of yours`;
    deps.streams.err.write(`It begins with: labctl start ${lab.id}${also}\n\n`);
    if (!out.isTTY) {
      out.write(markdown);
      return exitCodes.ok;
    }
    const { renderMarkdown } = await import("../terminal/marked-markdown.ts");
    out.write(renderMarkdown(markdown, { columns: out.columns, color: deps.streams.color(out) }));
    return exitCodes.ok;
  },
});
