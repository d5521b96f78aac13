import { X509Certificate } from "node:crypto";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import type { Ports } from "../engine/engine.ts";
import { maxTextBytes, readBounded, TooMuchError } from "../bounded.ts";
import { EnvironmentError } from "../errors.ts";
import { tooLong } from "./curl.ts";
import type { FrontDoor, HttpAnswer, HttpRequest } from "./probe.ts";

const host = "127.0.0.1";
const defaultTimeoutMs = 5000;

/** The front door at 127.0.0.1: what a browser on this machine sees, each request on a connection of its own. */
export function createNodeFrontDoor(ports: Pick<Ports, "http" | "https">): FrontDoor {
  return {
    request: (request) => ask(request, ports),
    certificate: (serverName) => readCertificate(serverName, ports.https),
  };
}

async function ask(request: HttpRequest, ports: Pick<Ports, "http" | "https">): Promise<HttpAnswer> {
  const url = new URL(request.url);
  const secure = url.protocol === "https:";
  const port = secure ? ports.https : ports.http;
  const options = {
    host,
    port,
    path: url.pathname + url.search,
    agent: false,
    method: request.method ?? "GET",
    headers: { ...request.headers, host: `${url.hostname}:${String(port)}` },
    signal: AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs),
  };
  try {
    // A lab's certificates are signed by nobody; which one is shown is a check of its own.
    const tls = { servername: url.hostname, rejectUnauthorized: false };
    return await read(
      secure ? (listen) => httpsRequest({ ...options, ...tls }, listen) : (listen) => plain(options, listen),
      request.body,
    );
  } catch (error) {
    return failure(error, port);
  }
}

type Listen = (incoming: IncomingMessage) => void;

function plain(options: RequestOptions, listen: Listen) {
  return httpRequest(options, listen);
}

function read(open: (listen: Listen) => ReturnType<typeof plain>, body?: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = open((incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      readBounded(incoming, { name: "The page", hint: "", maxBytes: maxTextBytes }).then(
        (body) => resolve({ ok: true, status, headers: flatten(headers), body: body.toString("utf8") }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function flatten(headers: IncomingMessage["headers"]): Readonly<Record<string, string>> {
  const pairs = Object.entries(headers).map(([name, value = ""]) => [name, [value].flat().join(", ")]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** A connection that is refused, or closed without a word, means that no ingress controller is behind the port. */
function failure(error: unknown, port: number): HttpAnswer {
  // Whose page it is that has no end: the student's.
  if (error instanceof TooMuchError) return { ok: false, reason: "other", message: tooLong };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (["ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code)) throw closed(port, error);
  if (error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name)) {
    return { ok: false, reason: "timeout", message: "no answer in time" };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, reason: code.includes("SSL") || code.includes("TLS") ? "tls" : "other", message };
}

function closed(port: number, cause: unknown): EnvironmentError {
  return new EnvironmentError({
    message: `Nothing answers at the lab's front door, ${host}:${String(port)}.`,
    lastSeen: cause instanceof Error ? cause.message : String(cause),
    hint: "labctl up",
    cause,
  });
}

function readCertificate(servername: string, port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(new X509Certificate(raw).toString());
    });
    // Of all of it: one that drips is never silent.
    const late = setTimeout(() => socket.destroy(new Error("no TLS answer in time")), defaultTimeoutMs);
    socket.on("close", () => clearTimeout(late));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") reject(closed(port, error));
      else resolve(undefined);
    });
  });
}
