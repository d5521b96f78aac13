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
