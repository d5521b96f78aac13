import { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Where a connection writes what a command says, and where it is read. */
export interface CommandOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Of standard output, each without its line feed; kept until they are read. */
  readonly lines: AsyncIterable<string>;
  /** The end of standard error, without white space around it. */
  tail(): string;
  /** There are no more lines; with an error, that is thrown where they are read. */
  end(error?: unknown): void;
}

/** Bytes of standard error that are kept. */
const tailBytes = 2000;

/** @param onMore called when both streams have carried more than `maxBytes` together; what comes then is dropped. */
export function createCommandOutput(maxBytes: number, onMore: () => void): CommandOutput {
  let left = maxBytes;
  const take = (chunk: Buffer): boolean => {
    left -= chunk.length;
    if (left < 0) onMore();
    return left >= 0;
  };
  const { lines, write, end } = createLines();
  let tail = Buffer.alloc(0);
  return {
    stdout: sink((chunk) => {
      if (take(chunk)) write(chunk);
    }),
    stderr: sink((chunk) => {
      if (take(chunk)) tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
    }),
    lines,
    tail: () => tail.toString("utf8").trim(),
    end,
  };
}

/** Both streams of a command, kept until it has ended. */
export interface KeptOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly texts: () => { readonly stdout: string; readonly stderr: string };
  /** How much there is: "12 bytes had come". */
  readonly seen: () => string;
}

/** @param onMore called when both streams have carried more than `maxBytes` together; what comes then is dropped. */
export function keepOutput(maxBytes: number, onMore: (seen: number) => void): KeptOutput {
  let seen = 0;
  const keep = () => {
    const chunks: Buffer[] = [];
    const stream = sink((chunk) => {
      seen += chunk.length;
      if (seen > maxBytes) onMore(seen);
      else chunks.push(chunk);
    });
    return { stream, text: (): string => Buffer.concat(chunks).toString("utf8") };
  };
  const [out, err] = [keep(), keep()];
  return {
    stdout: out.stream,
    stderr: err.stream,
    texts: () => ({ stdout: out.text(), stderr: err.text() }),
    seen: () => `${String(seen)} bytes had come`,
  };
}

function sink(take: (chunk: Buffer) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
  });
}

function createLines() {
  const kept = new Readable({ objectMode: true, read: () => undefined });
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  return {
    lines: (async function* () {
      for await (const line of kept) yield String(line);
      if (failure) throw failure.error;
    })(),
    write: (chunk: Buffer): void => {
      const parts = (rest + decoder.write(chunk)).split("\n");
      rest = parts.pop() ?? "";
      if (!isOver) for (const line of parts) kept.push(line);
    },
    end: (error?: unknown): void => {
      if (isOver) return;
      isOver = true;
      if (error !== undefined) failure = { error };
      else if (rest !== "") kept.push(rest);
      kept.push(null);
    },
  };
}
