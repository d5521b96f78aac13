import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createExclusive, createIsBusy } from "../../src/lockfile-lock.ts";
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

test("an interrupt ends the waiting at once, and the work is not begun", async () => {
  const exclusive = createExclusive(home, silentProgress);
  const stop = new AbortController();
  const begun: string[] = [];
  await exclusive(async () => {
    const waiting = exclusive(async () => begun.push("second"), undefined, stop.signal);
    setTimeout(() => stop.abort(new Error("ended by SIGINT")), 50);
    const started = Date.now();
    await expect(waiting).rejects.toThrow("ended by SIGINT");
    expect(Date.now() - started).toBeLessThan(900);
  });
  expect(begun).toEqual([]);
});

test("a subject is busy while somebody works on it", async () => {
  const isBusy = createIsBusy(home);
  const during = await createExclusive(home, silentProgress)(() => isBusy("lab-ingress"), "lab-ingress");
  expect([during, await isBusy("lab-ingress")]).toEqual([true, false]);
});
