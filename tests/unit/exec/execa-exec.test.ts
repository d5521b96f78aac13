import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommandFailedError } from "../../../src/errors.ts";
import { createExec } from "../../../src/exec/execa-exec.ts";

const env = { PATH: "/usr/bin:/bin", KEPT: "kept", GONE: "gone" };
const exec = createExec({ env, isRoot: true });

async function failure(running: Promise<unknown>): Promise<CommandFailedError> {
  const error: unknown = await running.catch((reason: unknown) => reason);
  if (error instanceof CommandFailedError) return error;
  throw new Error(`no CommandFailedError: ${String(error)}`);
}

test("gives output and exit code", async () => {
  const result = await exec.run(["sh", "-c", "echo out; echo err >&2"]);
  expect(result).toEqual({ exitCode: 0, stdout: "out", stderr: "err" });
});

test("standard input is what was given, or empty", async () => {
  expect((await exec.run(["cat"], { input: "text" })).stdout).toBe("text");
  expect((await exec.run(["cat"])).stdout).toBe("");
});

test("the environment is labctl's, changed as asked", async () => {
  const { stdout } = await exec.run(["sh", "-c", "echo $KEPT-$GONE-$NEW"], {
    env: { GONE: undefined, NEW: "new" },
  });
  expect(stdout).toBe("kept--new");
});

test("lines come as they are written, those of a failing program, too", async () => {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  await exec.run(["sh", "-c", "echo one; echo two; exit 3"], { onLine, allowFailure: true });
  expect(lines).toEqual(["one", "two"]);
});

test("a failure shows the command, the last lines and the hint", async () => {
  const error = await failure(exec.run(["sh", "-c", "seq 30; exit 4"], { hint: "Run: labctl up" }));
  expect(error).toMatchObject({
    message: "sh failed with exit code 4.",
    commandExitCode: 4,
    hint: "Run: labctl up",
  });
  expect(error.lastSeen?.split("\n").slice(0, 2)).toEqual(["$ sh -c seq 30; exit 4", "11"]);
  expect((await exec.run(["false"], { allowFailure: true })).exitCode).toBe(1);
});

test("a missing program and one that takes too long are told apart", async () => {
  expect((await failure(exec.run(["no-such-program"], { allowFailure: true }))).message).toBe(
    "no-such-program is not installed.",
  );
  expect((await failure(exec.run(["sleep", "5"], { timeoutMs: 50 }))).message).toContain(
    "did not end within 0.05 s",
  );
});

test("an abort ends the program, with the signal's reason", async () => {
  const stop = new AbortController();
  const running = exec.run(["sleep", "5"], { signal: stop.signal });
  stop.abort(new Error("stopped"));
  await expect(running).rejects.toThrow("stopped");
});

test("what a group's leader leaves in the background ends with it, however it ends", async () => {
  const group = { group: true, allowFailure: true };
  const left = "sleep 600 & echo $!";
  const { stdout } = await exec.run(["sh", "-c", left], group);
  expect(await runs(stdout)).toBe(false);
  const error = await failure(exec.run(["sh", "-c", `${left}; sleep 600`], { ...group, timeoutMs: 1000 }));
  expect(error.message).toContain("did not end within 1 s");
  expect(await runs(error.lastSeen?.split("\n").at(-1))).toBe(false);
  const deaf = await exec.run(
    ["bash", "-c", "(trap '' TERM; exec sleep 600 >/dev/null 2>&1) & echo $!"],
    group,
  );
  expect(await runs(deaf.stdout)).toBe(false);
});

/** One that has ended, and that nobody has reaped yet, has no command line. */
async function runs(pid = ""): Promise<boolean> {
  expect(pid).toMatch(/^\d+$/);
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")) !== "";
}

test("a program that writes more than is read is ended", async () => {
  const error = await failure(exec.run(["yes"], { maxBytes: 1000, allowFailure: true }));
  expect(error.message).toBe("yes wrote more than 1000 bytes.");
});

test("root goes through sudo for anyone else", async () => {
  const user = createExec({ env, isRoot: false });
  const error = await failure(user.run(["false"], { root: true }));
  expect(error.lastSeen).toMatch(/^\$ sudo -n -- false/);
});

test("a detached program writes to its log", async () => {
  const folder = await mkdtemp(join(tmpdir(), "labctl-unit-"));
  const logFile = join(folder, "log");
  const pid = await exec.detach(["sh", "-c", "echo alive; echo $KEPT"], { logFile });
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => readFile(logFile, "utf8")).toBe("alive\nkept\n");
  await rm(folder, { recursive: true });
});

test("which looks at PATH alone", async () => {
  expect(await exec.which("sh")).toMatch(/\/sh$/);
  expect(await exec.which("no-such-program")).toBeUndefined();
});
