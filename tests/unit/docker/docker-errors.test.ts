import { describe, expect, it } from "vitest";
import { engineRefusal, unlessMissing } from "../../../src/docker/docker-errors.ts";
import { EnvironmentError } from "../../../src/errors.ts";

const asked = { what: "build x", socketPath: "/run/docker.sock" };

describe("engineRefusal", () => {
  it("says that the engine is gone when there was no answer", () => {
    const error = engineRefusal({
      ...asked,
      error: Object.assign(new Error("connect ENOENT"), { code: "ENOENT" }),
    });
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ lastSeen: "connect ENOENT", hint: "Start it with: labctl up" });
  });

  it("passes on what the engine said", () => {
    const refused = Object.assign(new Error("(HTTP code 500)"), {
      statusCode: 500,
      json: { message: "no space" },
    });
    const error = engineRefusal({ ...asked, error: refused });
    expect(error).toMatchObject({ message: "The container engine could not build x.", lastSeen: "no space" });
  });

  it("names the flags where another cluster's container has the port", () => {
    const json = { message: "Bind for 127.0.0.1:5001 failed: port is already allocated" };
    const error = engineRefusal({ ...asked, error: Object.assign(new Error(""), { statusCode: 500, json }) });
    expect(error).toMatchObject({ hint: expect.stringContaining("--registry-port") as string });
  });

  it("leaves expected errors and interruptions alone", () => {
    const expected = new EnvironmentError({ message: "m", hint: "h" });
    const abort = new DOMException("stopped", "AbortError");
    expect(engineRefusal({ ...asked, error: expected })).toBe(expected);
    expect(engineRefusal({ ...asked, error: abort })).toBe(abort);
  });
});

describe("unlessMissing", () => {
  it("makes a 404 a value, and nothing else", async () => {
    const answer = (error: Error): Promise<string> => Promise.reject(error);
    const missing = Object.assign(new Error("no such container"), { statusCode: 404 });
    expect(await unlessMissing(answer(missing))).toBeUndefined();
    await expect(unlessMissing(answer(new Error("gone")))).rejects.toThrow("gone");
  });
});
