/** Where text goes. Results on `out`, everything said about them on `err`. */
export interface TextStream {
  write(text: string): void;
  /** A terminal: colours, in-place progress and prompts are allowed. */
  readonly isTTY: boolean;
  /** Width in columns; 80 where it is not a terminal. */
  readonly columns: number;
}

export interface Streams {
  readonly out: TextStream;
  readonly err: TextStream;
  /** Whether NO_COLOR, TERM=dumb and the stream allow colours on this stream. */
  color(stream: TextStream): boolean;
  /**
   * Asks a question on `err` and reads one line of standard input.
   * Resolves to undefined where standard input is not a terminal: there are no prompts without one.
   */
  ask(question: string): Promise<string | undefined>;
}
