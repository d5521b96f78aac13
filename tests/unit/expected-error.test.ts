import { expect, test } from "vitest";
import { exitCodes } from "../../src/errors.ts";
import { expectedError } from "../../src/expected-error.ts";

function refused(parts: { readonly code: string; readonly syscall: string; readonly path?: string }): Error {
  return Object.assign(new Error(`${parts.code}: refused`), parts);
}

test.each([
  ["a full disk", { code: "ENOSPC", syscall: "write" }, "A file could not be used.", "df -h"],
  [
    "a read-only home",
    { code: "EROFS", syscall: "mkdir", path: "/h/kube" },
    "/h/kube could not be used.",
    "ls -ld /h/kube",
  ],
  [
    "a file in place of a folder",
    { code: "ENOTDIR", syscall: "open", path: "/h/a" },
    "/h/a could not be used.",
    "Move it away",
  ],
])("%s is no bug, wherever it is met", (_, parts, message, next) => {
  const expected = expectedError(refused(parts));
  expect(expected).toMatchObject({
    message,
    lastSeen: `${parts.code}: refused`,
    exitCode: exitCodes.environment,
  });
  expect(expected?.hint).toContain(next);
});

test("a file that labctl knows to be there and that is missing is a bug", () => {
  expect(expectedError(refused({ code: "ENOENT", syscall: "open", path: "/h/a" }))).toBeUndefined();
});
