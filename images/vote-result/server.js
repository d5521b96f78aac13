/**
 * The result of the vote: a page with the numbers of the database, which changes as they change.
 *
 * GET /           the page
 * GET /api/tally  {"coffee": 12, "tea": 7, "total": 19}; 503 while the database does not answer
 * GET /events     the same as server-sent events: `tally` with each change, `waiting` while there is no database
 * GET /healthz    whether it answers
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { choices, Tally } from "./tally.js";

const file = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const page = file("page.html");
const assets = {
  "/style.css": { type: "text/css; charset=utf-8", body: file("style.css") },
  "/live.js": { type: "text/javascript; charset=utf-8", body: file("live.js") },
};
/** Milliseconds between words to a listener, so that nothing on the way takes the connection for dead. */
const heartbeatMs = 15_000;

const listeners = new Set();
const tally = new Tally({
  onChange: (counts) => tell("tally", counts),
  onLost: () => tell("waiting", {}),
});

const server = createServer(async (request, response) => {
  const pathname = request.url.split("?")[0];
  response.setHeader("X-Instance", hostname());
  if (request.method !== "GET" && request.method !== "HEAD")
    send(response, 405, "text/plain", "Only to be read.\n");
  else if (pathname === "/") await sendPage(request, response);
  else if (pathname === "/api/tally") await sendTally(response);
  else if (pathname === "/events") await listen(response);
  else if (pathname === "/healthz") send(response, 200, "text/plain", "ok\n");
  else if (pathname in assets) send(response, 200, assets[pathname].type, assets[pathname].body);
  else send(response, 404, "text/plain", "There is nothing here.\n");
});

async function sendPage(request, response) {
  const counts = await tally.read().catch(() => undefined);
  const votePage = `//${(request.headers.host ?? "").replace(/^result\./, "vote.")}`;
  const told = {
    ...numbers(counts),
    ...(counts
      ? { state: "live", "state-text": "Live" }
      : { state: "waiting", "state-text": "Waiting for the database" }),
    vote: escape(votePage),
    host: hostname(),
  };
  response.setHeader(
    "Content-Security-Policy",
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:",
  );
  send(
    response,
    200,
    "text/html; charset=utf-8",
    page.replaceAll(/\{\{([a-z-]+)\}\}/g, (_, name) => told[name] ?? ""),
  );
}

/** What the page shows before its script runs. */
function numbers(counts) {
  const total = counts?.total ?? 0;
  const shares = choices.map((choice) => {
    const count = counts?.[choice] ?? 0;
    return [
      [choice, count],
      [`${choice}-share`, total === 0 ? 50 : (count / total) * 100],
      [`${choice}-percent`, total === 0 ? "–" : `${Math.round((count / total) * 100)} %`],
    ];
  });
  return { total, ...Object.fromEntries(shares.flat()) };
}

async function sendTally(response) {
  try {
    send(response, 200, "application/json", `${JSON.stringify(await tally.read())}\n`);
  } catch (error) {
    send(response, 503, "application/json", `${JSON.stringify({ error: error.message })}\n`);
  }
}

async function listen(response) {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  listeners.add(response);
  response.on("close", () => listeners.delete(response));
  const counts = await tally.read().catch(() => undefined);
  response.write(counts ? event("tally", counts) : event("waiting", {}));
}

function tell(name, data) {
  for (const listener of listeners) listener.write(event(name, data));
}

function event(name, data) {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function send(response, status, type, body) {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(body);
}

function escape(text) {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

setInterval(() => {
  for (const listener of listeners) listener.write(": still here\n\n");
}, heartbeatMs);

process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  // Listeners come back to another pod by themselves.
  for (const listener of listeners) listener.end();
  server.closeIdleConnections();
});
tally.follow();
const port = Number(process.env.PORT ?? 8080);
server.listen(port, () => console.log(`result answers on port ${port}`));
