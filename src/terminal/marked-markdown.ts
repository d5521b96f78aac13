import { stripVTControlCharacters } from "node:util";
import { Marked, type MarkedExtension } from "marked";
import { markedTerminal } from "marked-terminal";

/** Markdown, laid out for a terminal of this width. */
export function renderMarkdown(
  markdown: string,
  options: { readonly columns: number; readonly color: boolean },
): string {
  // @types/marked-terminal describes marked 14 and older; what comes back is the extension that Marked takes.
  const extension = markedTerminal({
    width: Math.min(options.columns, 100),
    reflowText: true,
    tab: 2,
  }) as MarkedExtension;
  const text = new Marked(extension).parse(markdown, { async: false });
  return options.color ? text : stripVTControlCharacters(text);
}
