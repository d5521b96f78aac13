import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { runLabctl } from "../support/run-labctl.ts";
import { solveAnew } from "../support/solve-anew.ts";

const screenshots = join(import.meta.dirname, "..", "..", "docs", "screenshots");
const png = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

beforeAll(() => solveAnew("ml-service"));

afterAll(async () => {
  await runLabctl("reset", "ml-service");
});

test("iris: a person enters four measures and sees what the model says", async () => {
  await using page = await openBrowser();
  expect(await page.goto("http://iris.localhost/")).toEqual({ ok: true, status: 200 });
  const flower = { sepal_length: "6.6", sepal_width: "3", petal_length: "5.6", petal_width: "2" };
  for (const [name, value] of Object.entries(flower))
    expect(await page.fill(`input[name="${name}"]`, value)).toBe(true);
  expect(await page.click('button[type="submit"]')).toBe(true);
  expect(await page.text("#prediction")).toBe("virginica");
  expect(await page.text("#version")).toBe("Model v2");
  await keep("iris.png", await page.screenshot());
});

/** No two trainings give the same model: a picture that is there stays, unless another one is asked for. */
async function keep(name: string, picture: Uint8Array): Promise<void> {
  expect(Buffer.from(picture).subarray(0, png.length)).toEqual(png);
  const path = join(screenshots, name);
  if (existsSync(path) && process.env["LABCTL_SCREENSHOTS"] !== "new") return;
  await mkdir(screenshots, { recursive: true });
  await writeFile(path, picture);
}
