import type { TextStream } from "./streams.ts";

/** The same stream with a word before each line, so that lines of several at work can be told apart. */
export function labelledStream(stream: TextStream, label: string): TextStream {
  return {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write: (text) => {
      const lines = text.replace(/\n$/, "").split("\n");
      stream.write(lines.map((line) => `[${label}] ${line}\n`).join(""));
    },
  };
}
