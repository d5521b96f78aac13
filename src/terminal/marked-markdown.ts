import { stripVTControlCharacters } from "node:util";
import { Marked, type MarkedExtension, type Token, type Tokens } from "marked";
import { markedTerminal } from "marked-terminal";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Wider lines are hard to read, whatever the terminal has. */
const widest = 100;

/**
 * Markdown, laid out for a terminal of this width: a table that does not fit becomes a list. Only a line of code, or a
 * word that is longer than the terminal is wide, goes beyond it.
 */
export function renderMarkdown(
  markdown: string,
  options: { readonly columns: number; readonly color: boolean },
): string {
  const width = Math.min(options.columns, widest);
  // @types/marked-terminal describes marked 14 and older; what comes back is the extension that Marked takes.
  const extension = markedTerminal({ width, reflowText: true, tab: 2 }) as MarkedExtension;
  const text = new Marked(extension, { renderer: inline }).parse(prepared(markdown, width), {
    async: false,
  });
  const lines = text.split("\n").map((line) => fit(line, width));
  return options.color ? lines.join("\n") : stripVTControlCharacters(lines.join("\n"));
}

interface Renderer {
  readonly parser: { parseInline(tokens: Token[]): string };
}

const inline = {
  /** marked-terminal shows the text of a list's line as it was written, with the lines that it had there. */
  text(this: Renderer, token: Tokens.Text | Tokens.Escape) {
    if ("tokens" in token && token.tokens) return this.parser.parseInline(token.tokens);
    token.text = token.text.replaceAll(/ *\n */g, " ");
    return false;
  },

  /** A link within the repository is of no use in a terminal, and its word is. */
  link(this: Renderer, { href, tokens }: Tokens.Link) {
    return /^[a-z]+:/.test(href) ? false : this.parser.parseInline(tokens);
  },
};

/** Stands at the beginning of a line of code, which stays as it is: a private character, in no text. */
const codeMark = "\u{E000}";

/** marked-terminal breaks paragraphs, and leaves the lines of a list as long as they are. */
function fit(line: string, width: number): string {
  if (line.includes(codeMark)) return line.replace(codeMark, "");
  if (stringWidth(line) <= width) return line;
  const plain = stripVTControlCharacters(line);
  const hanging = /^\s*(?:[*•-] |\d+\. )?/.exec(plain)?.[0] ?? "";
  const indent = " ".repeat(hanging.length);
  const [first = "", ...rest] = wrapAnsi(line, width - hanging.length, { trim: false }).split("\n");
  return [first, ...rest.map((part) => indent + part.trimStart())].map((part) => part.trimEnd()).join("\n");
}

/** The same text with a list in place of each table that is wider than this, and lines of code marked. */
function prepared(markdown: string, width: number): string {
  return new Marked()
    .lexer(markdown)
    .map((token) => {
      if (isTable(token) && isWide(token, width)) return asList(token);
      return isCode(token) ? `\`\`\`\n${token.text.replaceAll(/^/gm, codeMark)}\n\`\`\`\n\n` : token.raw;
    })
    .join("");
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === "table";
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === "code";
}

/** Each cell has a space on both sides, and a line before and after it. */
function isWide({ header, rows }: Tokens.Table, width: number): boolean {
  const widths = header.map((cell, column) =>
    Math.max(...[cell, ...rows.map((row) => row[column])].map((each) => stringWidth(shown(each)))),
  );
  return widths.reduce((sum, each) => sum + each + 3, 1) > width;
}

/** Marks of code take no place in a terminal. */
function shown(cell: Tokens.TableCell | undefined): string {
  return (cell?.text ?? "").replaceAll("`", "");
}

/** A line for each row; of more than two columns, each further cell is named by its head. */
function asList({ header, rows }: Tokens.Table): string {
  const line = ([first, ...rest]: Tokens.TableCell[]): string => {
    const isNamed = header.length > 2;
    const cells = rest
      .map((cell, index) => ({ head: header[index + 1]?.text ?? "", text: cell.text }))
      .filter(({ text }) => text !== "")
      .map(({ head, text }) => (isNamed ? `${head} ${text}` : text));
    return `- ${first?.text ?? ""}: ${cells.join("; ")}\n`;
  };
  return `${rows.map(line).join("")}\n`;
}
