import type { Progress, StepProgress } from "../../src/terminal/progress.ts";

/** Progress that keeps what was said: `+ title` at a start, `= title` at an end, `! title` at a failure. */
export class RecordingProgress implements Progress {
  readonly said: string[] = [];

  async step<T>(title: string, work: (step: StepProgress) => Promise<T>): Promise<T> {
    this.said.push(`+ ${title}`);
    const step = { detail: (text: string) => this.said.push(text), title: () => undefined };
    try {
      const value = await work(step);
      this.said.push(`= ${title}`);
      return value;
    } catch (error) {
      this.said.push(`! ${title}`);
      throw error;
    }
  }

  note(text: string): void {
    this.said.push(text);
  }
}
