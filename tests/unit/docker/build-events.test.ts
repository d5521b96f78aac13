import { describe, expect, it } from "vitest";
import { followBuild } from "../../../src/docker/build-events.ts";
import { EnvironmentError } from "../../../src/errors.ts";

async function* events(...list: readonly unknown[]): AsyncGenerator {
  yield* list;
}

describe("followBuild", () => {
  it("tells each step and what it prints", async () => {
    const said: string[] = [];
    const stream = events(
      { stream: "Step 1/2 : FROM scratch\n" },
      { stream: "\n" },
      { stream: " ---> abc\n" },
      { stream: "\u001b[91mhello\n\u001b[0m" },
    );
    await followBuild(stream, "labctl/x:latest", (text) => said.push(text));
    expect(said).toEqual(["Step 1/2 : FROM scratch", "Step 1/2: hello"]);
  });

  it("names the failing step with its last lines", async () => {
    const output = Array.from({ length: 30 }, (_, index) => ({ stream: `line ${String(index)}\n` }));
    const stream = events(
      { stream: "Step 1/2 : FROM scratch\n" },
      { stream: "of the step before\n" },
      { stream: "Step 2/2 : RUN false\n" },
      ...output,
      { error: "The command '/bin/sh -c false' returned a non-zero code: 1" },
    );
    const error = await followBuild(stream, "labctl/x:latest", () => undefined).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ message: "Building labctl/x:latest failed at Step 2/2 : RUN false" });
    const lines = (error as EnvironmentError).lastSeen?.split("\n") ?? [];
    expect(lines).toHaveLength(21);
    expect(lines.at(0)).toBe("line 10");
    expect(lines.at(-1)).toContain("non-zero code: 1");
  });
});
