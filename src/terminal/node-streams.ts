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

/** The streams of a process, which has to know whether its result has gone anywhere. */
export interface ProcessStreams extends Streams {
  /** Why some of `out` could not be written; a reader that stops early (`labctl list | head -1`) is no reason. */
  lost(): Error | undefined;
}

/** The streams of this process; they are terminals or not, each on its own. */
export function createNodeStreams({ stdin, stdout, stderr, env }: NodeStreams): ProcessStreams {
  let lost: Error | undefined;
  const out = textStream(stdout, (error) => (lost ??= error));
  // A full disk or a terminal that has gone takes what is said about the work, and not the work.
  const err = textStream(stderr, () => undefined);
  return {
    out,
    err,
    lost: () => lost,
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

function textStream(stream: Output, onLost: (error: Error) => void): TextStream {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") onLost(error);
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}
