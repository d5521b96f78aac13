import { describe, expect, it } from "vitest";
import { followTransfer } from "../../../src/docker/transfer-events.ts";
import { EnvironmentError } from "../../../src/errors.ts";

const failure = { message: "nginx could not be pulled.", hint: "labctl up --images packages" };

async function* events(...list: readonly unknown[]): AsyncGenerator {
  yield* list;
}

describe("followTransfer", () => {
  it("adds the layers up and gives the digest", async () => {
    const said: string[] = [];
    const stream = events(
      { id: "a", status: "Pushing", progressDetail: { current: 1e6, total: 4e6 } },
      { id: "b", status: "Pushing", progressDetail: { current: 7e6, total: 6e6 } },
      { aux: { Tag: "1", Digest: "sha256:abc", Size: 1 } },
    );
    expect(await followTransfer(stream, failure, (text) => said.push(text))).toBe("sha256:abc");
    expect(said).toEqual(["1 of 4 MB", "7 of 10 MB"]);
  });

  it("gives the digest that a pull tells among other things", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const stream = events(
      { id: "a", status: "Pull complete" },
      { status: `Digest: ${digest}` },
      { status: "Status: x" },
    );
    expect(await followTransfer(stream, failure, () => undefined)).toBe(digest);
  });

  it("throws what the engine reports on the way", async () => {
    const promise = followTransfer(events({ error: "toomanyrequests" }), failure, () => undefined);
    await expect(promise).rejects.toBeInstanceOf(EnvironmentError);
    await expect(promise).rejects.toMatchObject({ message: failure.message, lastSeen: "toomanyrequests" });
  });
});
