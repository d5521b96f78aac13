import type { BrowserWindow } from "../../src/browser/browser.ts";
import { createChromium } from "../../src/browser/playwright-browser.ts";
import { defaultPorts } from "../../src/engine/engine.ts";
import { createExec } from "../../src/exec/execa-exec.ts";

/** A window of the browser that labctl itself uses. */
export function openBrowser(): Promise<BrowserWindow> {
  const { env } = process;
  const isRoot = process.getuid?.() === 0;
  return createChromium({ exec: createExec({ env, isRoot }), env, ports: defaultPorts, isRoot }).open();
}
