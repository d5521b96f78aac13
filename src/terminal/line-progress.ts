import type { Clock } from "../clock.ts";
import { formatDuration } from "./duration.ts";
import type { Progress } from "./progress.ts";
import type { TextStream } from "./streams.ts";

/** A detail is written at most this often: a log is to be read, not watched. */
const detailEveryMs = 10_000;

/** Progress as plain lines, for logs and pipes: a line when a step starts, when it ends, and now and then between. */
export function createLineProgress(stream: TextStream, clock: Clock): Progress {
  let depth = 0;
  const line = (text: string): void => {
    stream.write(`${"  ".repeat(depth)}${text}\n`);
  };
  return {
    note: line,
    async step(title, work) {
      const started = clock.elapsed();
      let name = title;
      let lastDetail = started;
      line(`… ${title}`);
      depth += 1;
      const took = (): string => formatDuration(clock.elapsed() - started);
      try {
        const value = await work({
          title: (text) => (name = text),
          detail: (text) => {
            if (clock.elapsed() - lastDetail < detailEveryMs) return;
            lastDetail = clock.elapsed();
            line(`${text} (${took()})`);
          },
        });
        depth -= 1;
        line(`✔ ${name} (${took()})`);
        return value;
      } catch (error) {
        depth -= 1;
        line(`✖ ${name} (${took()})`);
        throw error;
      }
    },
  };
}

/** `--quiet`: the work is done, nothing is said. */
export const silentProgress: Progress = {
  note: () => undefined,
  step: (_title, work) => work({ title: () => undefined, detail: () => undefined }),
};
