import { execFile as execFileWithCallback } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const execFile = promisify(execFileWithCallback);
const bin = join(import.meta.dirname, "..", "..", "src", "bin.ts");

/** Throws where nobody catches it, as a listener of a stream would, once labctl is at work. */
const late = `process.on("newListener", (event) => {
  if (event === "uncaughtException") setImmediate(() => { throw new RangeError("too long a string"); });
});`;

test("what is thrown outside of a command ends with 70, not with the code of a failed check", async () => {
  const module = `data:text/javascript,${encodeURIComponent(late)}`;
  const ran = execFile(process.execPath, ["--import", module, bin, "list"]);
  await expect(ran).rejects.toMatchObject({
    code: 70,
    stderr: expect.stringContaining("labctl has a bug.\n  RangeError: too long a string") as string,
  });
});

test("what a reader has not taken yet when the command is done still reaches it", async () => {
  const long = `process.stdout.write("x".repeat(1_000_000) + "\\n");`;
  const module = `data:text/javascript,${encodeURIComponent(long)}`;
  const command = `'${process.execPath}' --import '${module}' '${bin}' list | (sleep 1; tail -n 1)`;
  const { stdout } = await execFile("sh", ["-c", command]);
  expect(stdout).toContain("voting-app");
});

const run = (command: string) => execFile("sh", ["-c", command]);
const labctl = `'${process.execPath}' '${bin}'`;

test("a result that could not be written is told, with the code of a disk in the way", async () => {
  await expect(run(`${labctl} list > /dev/full`)).rejects.toMatchObject({
    code: 3,
    stderr: expect.stringContaining("The result could not be written.\n  ENOSPC") as string,
  });
});

test("what is said about a result may get lost, and the result and its code stay", async () => {
  const { stdout } = await run(`${labctl} list 2> /dev/full`);
  expect(stdout).toContain("voting-app");
  await expect(run(`${labctl} show nothing 2> /dev/full`)).rejects.toMatchObject({ code: 2 });
});

test("a terminal that is closed ends a command as Ctrl-C does", async () => {
  const hangUp = `process.on("newListener", (event) => {
    if (event === "uncaughtException") process.kill(process.pid, "SIGHUP");
  });`;
  const module = `data:text/javascript,${encodeURIComponent(hangUp)}`;
  const ran = execFile(process.execPath, ["--import", module, bin, "list"]);
  await expect(ran).rejects.toMatchObject({ code: 130 });
});
