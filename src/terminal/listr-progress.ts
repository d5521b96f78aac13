import type { WriteStream } from "node:tty";
import { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } from "listr2";
import type { Clock } from "../clock.ts";
import { formatDuration } from "./duration.ts";
import type { Progress, StepProgress } from "./progress.ts";

/** The two lines of a listr2 task that are written here. */
interface Task {
  title: string;
  output: string;
}

/**
 * Progress that is redrawn in place, on a terminal. The outermost step owns the screen; steps inside it are lines
 * under its title, because listr2 wants to know all subtasks before it starts and labctl's are found on the way.
 */
export function createListrProgress(stream: WriteStream, clock: Clock): Progress {
  let screen: Task | undefined;
  const said: string[] = [];
  const show = (text: string): void => {
    if (screen) screen.output = text;
  };

  const nested: Progress["step"] = async (title, work) => {
    const started = clock.elapsed();
    let name = title;
    show(`${name} …`);
    const end = (mark: string): void =>
      show(`${mark} ${name} (${formatDuration(clock.elapsed() - started)})`);
    try {
      const value = await work({
        title: (text) => (name = text),
        detail: (text) => show(`${name}: ${text}`),
      });
      end("✔");
      return value;
    } catch (error) {
      end("✖");
      throw error;
    }
  };

  const outermost: Progress["step"] = async (title, work) => {
    const result: { value?: Awaited<ReturnType<typeof work>> } = {};
    const run = async (task: Task): Promise<void> => {
      screen = task;
      result.value = await work(stepProgress(task));
    };
    try {
      await createList(stream, { title, task: (_context, task) => run(task) }).run();
      return result.value as Awaited<ReturnType<typeof work>>;
    } finally {
      screen = undefined;
      for (const text of said.splice(0)) stream.write(`${text}\n`);
    }
  };

  return {
    // What is said while the screen is being redrawn waits until the step has ended.
    note(text) {
      if (screen) said.push(text);
      else stream.write(`${text}\n`);
    },
    step: (title, work) => (screen ? nested(title, work) : outermost(title, work)),
  };
}

function stepProgress(task: Task): StepProgress {
  return {
    title: (text) => (task.title = text),
    detail: (text) => (task.output = text),
  };
}

function createList(
  stream: WriteStream,
  task: { title: string; task: (context: unknown, task: Task) => Promise<void> },
) {
  return new Listr<unknown, "default">(
    [{ ...task, rendererOptions: { outputBar: 1, timer: PRESET_TIMER } }],
    {
      rendererOptions: {
        // listr2 writes to stdout unless told otherwise; results go there, and nothing else.
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
        showErrorMessage: false,
        collapseErrors: false,
        lazy: false,
      },
      // SIGINT is labctl's own business.
      registerSignalListeners: false,
    },
  );
}
