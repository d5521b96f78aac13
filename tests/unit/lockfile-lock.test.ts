import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createExclusive } from "../../src/lockfile-lock.ts";
import { silentProgress } from "../../src/terminal/line-progress.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "labctl-unit-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("the lock is there during the work, and gone after it, failed or not", async () => {
  const exclusive = createExclusive(home, silentProgress);
  expect(await exclusive(() => readdir(home))).toEqual(["lock"]);
  await expect(exclusive(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(home)).toEqual([]);
});

test("locks on several subjects at once are locks of their own", async () => {
  const exclusive = createExclusive(home, silentProgress);
  const during = await exclusive(
    () => exclusive(() => exclusive(() => readdir(home)), "lab-services"),
    "lab-ingress",
  );
  expect(during).toEqual(["lab-ingress.lock", "lab-services.lock", "lock"]);
  expect(await readdir(home)).toEqual([]);
});

test("a lock that a killed labctl left is taken over", async () => {
  const lock = join(home, "lock");
  await mkdir(lock);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  expect(await createExclusive(home, silentProgress)(() => Promise.resolve("done"))).toBe("done");
});

test("work that removes the home itself is fine", async () => {
  await createExclusive(home, silentProgress)(() => rm(home, { recursive: true }));
});
