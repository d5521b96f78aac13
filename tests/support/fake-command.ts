import { EnvironmentError } from "../../src/errors.ts";
import { createCommandOutput } from "../../src/kube/command-output.ts";
import type { RunningCommand } from "../../src/kube/kube.ts";

/** The next line of its standard input; undefined when there will be none. */
export type Hear = () => Promise<string | undefined>;

/** A command as a test plays it: yields what it writes, returns its exit code and what it wrote to standard error. */
export type FakeCommand = (hear: Hear) => AsyncGenerator<string, number | FakeEnd>;

export interface FakeEnd {
  readonly exitCode: number;
  readonly stderr: string;
}

export function runFakeCommand(command: FakeCommand, maxBytes: number): RunningCommand {
  const heard = createInbox();
  const ended = Promise.withResolvers<FakeEnd>();
  let isOver = false;
  const fail = (message: string): void => {
    isOver = true;
    const error = new EnvironmentError({ message, hint: "none" });
    output.end(error);
    ended.reject(error);
  };
  const output = createCommandOutput(maxBytes, () => fail(`it wrote more than ${String(maxBytes)} bytes`));
  ended.promise.catch(() => undefined);
  const work = async (): Promise<void> => {
    const said = command(heard.next);
    while (!isOver) {
      const { done, value } = await said.next();
      if (done !== true) {
        output.stdout.write(value);
        continue;
      }
      output.end();
      ended.resolve(typeof value === "number" ? { exitCode: value, stderr: "" } : value);
      return;
    }
  };
  work().catch((error: unknown) => fail(String(error)));
  return {
    lines: output.lines,
    ended: ended.promise,
    write: heard.put,
    close: () => fail("labctl closed the connection"),
  };
}

function createInbox() {
  const lines: string[] = [];
  let rest = "";
  let wake = (): void => undefined;
  return {
    put: (text: string): void => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      wake();
    },
    next: async (): Promise<string | undefined> => {
      if (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return lines.shift();
    },
  };
}
