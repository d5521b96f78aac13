import type { Streams, TextStream } from "../../src/terminal/streams.ts";

/** A stream that keeps what was written. */
export class FakeStream implements TextStream {
  text = "";
  isTTY = false;
  columns = 100;

  write(text: string): void {
    this.text += text;
  }
}

/** Streams that are no terminals, unless a test says so; `replies` are what a person would type. */
export class FakeStreams implements Streams {
  readonly out = new FakeStream();
  readonly err = new FakeStream();
  readonly asked: string[] = [];
  replies: string[] = [];

  color(): boolean {
    return false;
  }

  async ask(question: string): Promise<string | undefined> {
    this.asked.push(question);
    return this.replies.shift();
  }
}
