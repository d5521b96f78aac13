import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createChromium } from "../../../src/browser/playwright-browser.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import { createExec } from "../../../src/exec/execa-exec.ts";

const html = `<title>Greeting</title><form><input name="who"><button>Greet</button></form><p id="out"></p>
<script>document.forms[0].onsubmit = () => {
  setTimeout(() => { document.querySelector("#out").textContent = "Hello " + document.forms[0].who.value }, 200);
  return false;
}</script>`;

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/moved") response.writeHead(302, { location: "/" });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

const isRoot = process.getuid?.() === 0;
const exec = createExec({ env: process.env, isRoot });
const browser = (env = process.env) => {
  const { port } = server.address() as AddressInfo;
  return createChromium({ exec, env, ports: { http: port, https: 1 }, isRoot });
};

test("uses a page of the front door as a person does", async () => {
  await using window = await browser().open();
  expect(await window.goto("http://hello.localhost/moved")).toEqual({ ok: true, status: 200 });
  expect(window.url()).toMatch(/^http:\/\/hello\.localhost:\d+\/$/);
  expect(await window.fill("input[name=who]", "Ada")).toBe(true);
  expect(await window.click("button")).toBe(true);
  expect(await window.text("#out", { matching: /^Hello/ })).toBe("Hello Ada");
  expect(await window.text("#out", { matching: /^Goodbye/, withinMs: 100 })).toBeUndefined();
  expect([...(await window.screenshot()).slice(1, 4)]).toEqual([...Buffer.from("PNG")]);
});

test("a page that does not come is an answer", async () => {
  await using window = await browser().open();
  expect(await window.goto("https://hello.localhost/")).toMatchObject({ ok: false });
});

test("a browser that does not start is told with the command that shows why", async () => {
  const folder = new URL("../../support/no-browser", import.meta.url).pathname;
  await expect(browser({ PATH: folder }).open()).rejects.toThrow(EnvironmentError);
});
