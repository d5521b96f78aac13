/** What labctl says while it works. Always on stderr; plain lines where stderr is not a terminal. */
export interface Progress {
  /**
   * Runs one piece of work under a title, and ends the line with how long it took.
   * Nested calls are shown indented. A rejection marks the line as failed and is passed on.
   */
  step<T>(title: string, work: (step: StepProgress) => Promise<T>): Promise<T>;
  /** One line of plain talk. */
  note(text: string): void;
}

export interface StepProgress {
  /** What it is doing right now (a package being compiled, a pod being waited for), with how far where known. */
  readonly detail: (text: string) => void;
  /** Changes the line's title, once the outcome is known ("nginx 1.22.1 is up to date"). */
  title(text: string): void;
}
