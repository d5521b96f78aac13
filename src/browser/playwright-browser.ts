import { delimiter, join } from "node:path";
import type { Page } from "playwright-core";
import { maxTextBytes } from "../bounded.ts";
import type { Ports } from "../engine/engine.ts";
import { EnvironmentError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import { exists } from "../exists.ts";
import { ensureHostPackages } from "../host/host-packages.ts";
import type { Browser, BrowserWindow, PageVisit, TextOptions } from "./browser.ts";

/** Chromium's relatives, all of which playwright drives, by the names of their programs. */
const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const debian = { name: "chromium", file: "/usr/bin/chromium" };

/** Without the traffic that it makes of its own accord. */
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

const patienceMs = 10_000;
const viewport = { width: 1200, height: 800 };

interface ChromiumParts {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Pick<Ports, "http" | "https">;
  readonly isRoot: boolean;
}

/** A headless Chromium: the one on PATH, or Debian's, which is installed where there is none. */
export function createChromium(parts: ChromiumParts): Browser {
  return { open: () => open(parts) };
}

async function open({ exec, env, ports, isRoot }: ChromiumParts): Promise<BrowserWindow> {
  const { chromium } = await import("playwright-core");
  const executablePath = (await onPath(env["PATH"])) ?? (await install(exec));
  // Chromium has no sandbox for root.
  const args = isRoot ? [...quiet, "--no-sandbox"] : quiet;
  const browser = await chromium.launch({ executablePath, args }).catch((cause: unknown) => {
    throw new EnvironmentError({
      message: "The browser did not start.",
      lastSeen: firstLine(cause),
      hint: `${executablePath} --headless --dump-dom about:blank`,
      cause,
    });
  });
  // A lab's certificates are signed by nobody.
  const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport });
  return { ...windowOf(page, ports), [Symbol.asyncDispose]: () => browser.close() };
}

async function onPath(path = ""): Promise<string | undefined> {
  const files = programs.flatMap((program) =>
    path
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => join(folder, program)),
  );
  for (const file of files) if (await exists(file)) return file;
  return undefined;
}

async function install(exec: Exec): Promise<string> {
  await ensureHostPackages(exec, [debian]);
  return debian.file;
}

function windowOf(page: Page, ports: ChromiumParts["ports"]): Omit<BrowserWindow, keyof AsyncDisposable> {
  return {
    goto: (url) => visit(page, atDoor(url, ports)),
    fill: (selector, value) => inTime(page.locator(selector).first().fill(value, { timeout: patienceMs })),
    click: (selector) => inTime(page.locator(selector).first().click({ timeout: patienceMs })),
    text: (selector, options) => readText(page, selector, options),
    url: () => page.url(),
    screenshot: () => page.screenshot({ animations: "disabled" }),
  };
}

function atDoor(url: string, ports: ChromiumParts["ports"]): string {
  const at = new URL(url);
  at.port = String(at.protocol === "https:" ? ports.https : ports.http);
  return at.href;
}

async function visit(page: Page, url: string): Promise<PageVisit> {
  try {
    const response = await page.goto(url, { timeout: 3 * patienceMs });
    return { ok: true, status: response?.status() ?? 0 };
  } catch (error) {
    return { ok: false, message: firstLine(error) };
  }
}

/** playwright waits until an element is there and can be used; that it is not is an answer. */
function inTime(action: Promise<void>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  );
}

async function readText(
  page: Page,
  selector: string,
  { matching = /\S/, withinMs = patienceMs }: TextOptions = {},
): Promise<string | undefined> {
  const found = page.locator(selector).first().and(page.locator(":visible")).filter({ hasText: matching });
  try {
    return (await found.innerText({ timeout: withinMs })).slice(0, maxTextBytes);
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n")[0] ?? "";
}
