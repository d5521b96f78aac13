import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createNodeStreams } from "../../../src/terminal/node-streams.ts";

function open(options: { readonly tty: boolean; readonly env?: Record<string, string> }) {
  const tty = (columns: number) => Object.assign(new PassThrough(), { isTTY: options.tty, columns });
  const [stdin, stdout, stderr] = [tty(0), tty(120), tty(120)];
  return { stdin, stdout, streams: createNodeStreams({ stdin, stdout, stderr, env: options.env ?? {} }) };
}

test("colours are for terminals, unless NO_COLOR or TERM=dumb", () => {
  const color = (options: Parameters<typeof open>[0]) => {
    const { streams } = open(options);
    return streams.color(streams.out);
  };
  expect(color({ tty: true })).toBe(true);
  expect(color({ tty: false })).toBe(false);
  expect(color({ tty: true, env: { NO_COLOR: "1" } })).toBe(false);
  expect(color({ tty: true, env: { TERM: "dumb" } })).toBe(false);
});

test("without a terminal there is no prompt", async () => {
  expect(await open({ tty: false }).streams.ask("> ")).toBeUndefined();
});

test("with one, a line is read", async () => {
  const { stdin, streams } = open({ tty: true });
  const asked = streams.ask("> ");
  stdin.write("b\n");
  expect(await asked).toBe("b");
});

test("what is written arrives", () => {
  const { stdout, streams } = open({ tty: true });
  streams.out.write("hello");
  expect(String(stdout.read())).toBe("hello");
  expect(streams.out.columns).toBe(120);
});
