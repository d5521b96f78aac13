import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readBounded, tooLate, TooLateError, TooMuchError, withinMs } from "../../src/bounded.ts";

const speaker = { name: "The page", hint: "labctl status" };

describe("readBounded", () => {
  const read = (stream: Readable) => readBounded(stream, { ...speaker, maxBytes: 10 });

  it("reads a stream to its end", async () => {
    expect((await read(Readable.from([Buffer.from("hello"), Buffer.from("world")]))).toString()).toBe(
      "helloworld",
    );
  });

  it("ends a stream that has no end, and says how much was seen", async () => {
    const endless = new Readable({ read: () => void endless.push(Buffer.alloc(4)) });
    const error: unknown = await read(endless).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TooMuchError);
    expect(error).toMatchObject({
      message: "The page sent more than the 10 bytes that labctl reads.",
      lastSeen: "12 bytes had come, and more was to come",
      hint: "labctl status",
      exitCode: 3,
    });
    expect(endless.destroyed).toBe(true);
  });
});

describe("withinMs", () => {
  const late = () => tooLate(speaker, 1000, "nothing had come");

  it("gives what is done in time, and its error", async () => {
    expect(await withinMs(Promise.resolve(1), 1000, late)).toBe(1);
    await expect(withinMs(Promise.reject(new Error("no")), 1000, late)).rejects.toThrow("no");
  });

  it("waits no longer, whatever becomes of the work", async () => {
    const work = sleep(20).then(() => {
      throw new Error("nobody hears this");
    });
    const error: unknown = await withinMs(work, 1, late).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TooLateError);
    expect(error).toMatchObject({ message: "The page was not done within 1 s." });
    await sleep(30);
  });
});
