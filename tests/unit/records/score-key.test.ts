import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { ensureScoreKey, readScoreKey } from "../../../src/records/score-key.ts";

let home: string;
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), "labctl-key-")), "home");
});
afterEach(() => rm(join(home, ".."), { recursive: true }));

let calls = 0;
const random = (bytes: number): string => String(calls++ % 10).repeat(bytes * 2);

it("is not there before it is needed", async () => {
  expect(await readScoreKey(home)).toBeUndefined();
});

it("is made once, for the user alone, and leaves nothing else behind", async () => {
  const key = await ensureScoreKey(home, random);
  expect(key).toMatch(/^\d{64}$/);
  expect(await ensureScoreKey(home, random)).toBe(key);
  expect(await readScoreKey(home)).toBe(key);
  expect((await stat(join(home, "score.key"))).mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(["score.key"]);
});

it("is the same one for two that make it at the same time", async () => {
  const keys = await Promise.all([1, 2, 3, 4].map(() => ensureScoreKey(home, random)));
  expect(new Set(keys).size).toBe(1);
  expect(await readFile(join(home, "score.key"), "utf8")).toBe(keys[0]);
});

it("that is none is told with its place, and is not written over", async () => {
  await ensureScoreKey(home, random);
  await writeFile(join(home, "score.key"), "");
  const error = await ensureScoreKey(home, random).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect((error as EnvironmentError).message).toContain(join(home, "score.key"));
  expect(await readFile(join(home, "score.key"), "utf8")).toBe("");
});
