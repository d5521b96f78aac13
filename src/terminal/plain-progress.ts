import { plainText } from "../plain-text.ts";
import type { Progress } from "./progress.ts";

/** The same progress, which shows names and output of others as plain text. */
export function plainProgress(progress: Progress): Progress {
  return {
    note: (text) => {
      progress.note(plainText(text));
    },
    step: (title, work) =>
      progress.step(plainText(title), (step) =>
        work({
          detail: (text) => {
            step.detail(plainText(text));
          },
          title: (text) => {
            step.title(plainText(text));
          },
        }),
      ),
  };
}
