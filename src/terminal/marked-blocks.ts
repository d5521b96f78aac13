import { Lexer, walkTokens, type Token, type Tokens } from "marked";

/** A fenced block of a Markdown text. */
export interface FencedBlock {
  /** 1-based, of the fence that opens it. */
  readonly line: number;
  /** What stands behind the backticks, its language first: `yaml`, `file=web.yaml`. */
  readonly words: readonly string[];
  /** Without the fences, and without the last line feed. */
  readonly text: string;
}

/** All fenced blocks in their order, those in lists and quotations, too. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  const lines = markdown.split(/\r\n|\r|\n/);
  let from = 0;
  return codeIn(markdown).map((code) => {
    const own = code.raw.trim().split("\n");
    const fence = (own[0] ?? "").trimEnd();
    const found = lines.findIndex((line, index) => index >= from && line.trimEnd().endsWith(fence));
    const at = found < 0 ? from : found;
    from = at + own.length;
    return { line: at + 1, words: wordsOf(code), text: code.text };
  });
}

/** The text with nothing but the language behind its fences: what more there is tells labctl what to do with a block. */
export function withLanguagesAlone(markdown: string): string {
  const lines = markdown.split("\n");
  for (const { line, words } of fencedBlocks(markdown)) {
    const [language = "", ...others] = words;
    const fence = lines[line - 1] ?? "";
    if (others.length > 0) lines[line - 1] = fence.replace(/^([^`~]*[`~]+)[^]*$/, `$1${language}`);
  }
  return lines.join("\n");
}

function codeIn(markdown: string): readonly Tokens.Code[] {
  const found: Tokens.Code[] = [];
  // It has something to wait for only where what it calls has.
  void walkTokens(new Lexer().lex(markdown), (token: Token) => {
    if (isFenced(token)) found.push(token);
  });
  return found;
}

function isFenced(token: Token): token is Tokens.Code {
  return token.type === "code" && (token as Tokens.Code).codeBlockStyle !== "indented";
}

function wordsOf({ lang = "" }: Tokens.Code): readonly string[] {
  return lang.split(/\s+/).filter(Boolean);
}
