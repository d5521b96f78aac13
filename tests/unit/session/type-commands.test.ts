import { afterEach, beforeEach, expect, test } from "vitest";
import { createCleanUps } from "../../../src/clean-ups.ts";
import { createExec } from "../../../src/exec/execa-exec.ts";
import { typeCommands, type Typed } from "../../../src/session/type-commands.ts";
import { systemClock } from "../../../src/system-clock.ts";
import { projectFolder } from "../../support/project-folder.ts";

let folder: Awaited<ReturnType<typeof projectFolder>>;
beforeEach(async () => (folder = await projectFolder({ "page.html": "hello\n" })));
afterEach(() => folder[Symbol.asyncDispose]());

const cleanUps = createCleanUps();

async function type(
  script: string,
  withinMs = 10_000,
  signal = new AbortController().signal,
): Promise<Typed> {
  const exec = createExec({ env: { PATH: "/usr/bin:/bin" }, isRoot: true });
  const typing = { script, cwd: folder.path, env: { WHO: "student" }, withinMs };
  return typeCommands(typing, { exec, clock: systemClock, signal, cleanUps });
}

test("lines run one after the other in the folder, with what they print in its order", async () => {
  const script = 'cat page.html\necho error >&2\ncat <<END > here\n"$WHO"\nEND\ncat \\\n  here; cat';
  expect(await type(script)).toMatchObject({ exitCode: 0, output: 'hello\nerror\n"student"' });
});

test.each([
  ["true\nfalse a \\\n b\necho no", 1, { line: 2, command: "false a b" }],
  ["echo a | grep b | cat", 1, { line: 1, command: "cat" }],
  ["true\n\necho $NOPE", 1, { line: 3, command: "echo $NOPE" }],
  ["cat <<END >/dev/null\nhere\nEND\nexit 4", 4, { line: 4, command: "exit 4" }],
])("of %j the command is told that failed", async (script, exitCode, last) => {
  expect(await type(script)).toMatchObject({ exitCode, last });
});

test("a script that is none has no command that failed", async () => {
  const typed = await type("if true");
  expect(typed.output).toContain("syntax error");
  expect(typed).not.toHaveProperty("last");
});

test("what takes too long is ended, with all that it has started", async () => {
  const typed = await type("sleep 60 & echo begun\nsleep 61", 1000);
  expect(typed.ended).toBe("bash did not end within 1 s.");
  expect(typed).toMatchObject({ exitCode: undefined, last: { line: 2, command: "sleep 61" } });
  expect(typed.output).toContain("begun");
});

test("what is left in the background is not waited for", async () => {
  expect((await type("sleep 60 & true")).durationMs).toBeLessThan(5000);
});

test("an interrupt ends it, and is waited for", async () => {
  const stop = new AbortController();
  const running = type("sleep 60", 10_000, stop.signal);
  await expect.poll(() => cleanUps.isPending()).toBe(true);
  stop.abort(new Error("interrupted"));
  await expect(running).rejects.toThrow("interrupted");
  expect(cleanUps.isPending()).toBe(false);
});

test("more than anybody reads ends it", async () => {
  expect((await type("yes")).ended).toContain("1 MiB");
});
