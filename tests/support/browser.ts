import { chromium } from "playwright-core";
import { createExec } from "../../src/exec/execa-exec.ts";
import { ensureHostPackages } from "../../src/images/sources/host-packages.ts";

/** Debian's Chromium, without the traffic that it makes of its own accord. */
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  // Chromium has no sandbox for root.
  "--no-sandbox",
];

export interface Browser extends AsyncDisposable {
  titleOf(url: string): Promise<string>;
}

/** A headless browser; the package `chromium` is installed where it is missing. */
export async function openBrowser(): Promise<Browser> {
  const exec = createExec({ env: process.env, isRoot: process.getuid?.() === 0 });
  await ensureHostPackages(exec, [{ name: "chromium", file: "/usr/bin/chromium" }]);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: quiet });
  return {
    async titleOf(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return page.title();
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
