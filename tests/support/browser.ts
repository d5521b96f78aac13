import { chromium } from "playwright-core";

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

/** A headless browser. @throws when the package `chromium` is not installed: `make test` installs it. */
export async function openBrowser(): Promise<Browser> {
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
