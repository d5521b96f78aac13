import { createInterface } from "node:readline/promises";
import type { Streams, TextStream } from "./streams.ts";

/** `isTTY` and `columns` are undefined, not false, where the stream is a pipe or a file. */
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

interface NodeStreams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The streams of this process; they are terminals or not, each on its own. */
export function createNodeStreams({ stdin, stdout, stderr, env }: NodeStreams): Streams {
  const out = textStream(stdout);
  const err = textStream(stderr);
  return {
    out,
    err,
    color: (stream) => stream.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb",
    async ask(question) {
      if (!stdin.isTTY) return undefined;
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}

function textStream(stream: Output): TextStream {
  // A reader that stops early (`labctl list | head -1`) is no error.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}
