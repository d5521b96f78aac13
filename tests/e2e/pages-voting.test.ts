import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BrowserWindow } from "../../src/browser/browser.ts";
import { openBrowser } from "../support/browser.ts";
import { runLabctl } from "../support/run-labctl.ts";
import { solveAnew } from "../support/solve-anew.ts";

const screenshots = join(import.meta.dirname, "..", "..", "docs", "screenshots");

beforeAll(() => solveAnew("voting-app"));

afterAll(async () => {
  await runLabctl("reset", "voting-app");
});

test("people vote, change their mind, and whoever watches the result sees it without reloading", async () => {
  await using watching = await openBrowser();
  expect(await watching.goto("http://result.localhost/")).toEqual({ ok: true, status: 200 });
  expect(await watching.text("#state", { matching: /Live/ })).toBe("Live");
  expect(await watching.text("#total")).toBe("0");

  for (const choice of ["coffee", "tea", "tea"]) {
    await using voting = await openBrowser();
    await vote(voting, choice);
  }
  await using fickle = await openBrowser();
  await vote(fickle, "coffee");
  expect(await watching.text("#total", { matching: /^4$/ })).toBe("4");
  expect(await watching.text("#coffee-percent", { matching: /50/ })).toBe("50 %");

  await vote(fickle, "tea");
  expect(await watching.text("#tea-percent", { matching: /75/ })).toBe("75 %");
  expect(await watching.text("#coffee-count")).toBe("1");
  expect(await watching.text("#total")).toBe("4");

  await keep("vote.png", await fickle.screenshot());
  await keep("result.png", await watching.screenshot());
});

async function vote(window: BrowserWindow, choice: string): Promise<void> {
  await window.goto("http://vote.localhost/");
  expect(await window.click(`button[value=${choice}]`)).toBe(true);
  expect(await window.text(".note", { matching: /You voted/ })).toContain(`You voted for ${choice}.`);
}

/** The pictures name pods: one that is there stays, unless another one is asked for. */
async function keep(name: string, picture: Uint8Array): Promise<void> {
  expect(picture.length).toBeGreaterThan(10_000);
  const path = join(screenshots, name);
  if (existsSync(path) && process.env["LABCTL_SCREENSHOTS"] !== "new") return;
  await mkdir(screenshots, { recursive: true });
  await writeFile(path, picture);
}
