import WebSocket, { type RawData } from "ws";
import type { Ports } from "../engine/engine.ts";
import type { FrontDoorSocket, HttpRefusal, HttpRequest } from "./probe.ts";

const defaultTimeoutMs = 5000;

type Opened =
  | { readonly ok: true; readonly socket: FrontDoorSocket }
  /** `refused`: nobody listens at the front door. */
  | (HttpRefusal & { readonly refused?: boolean });

/** A websocket through the front door. @param request its `url` is that of a page, as for `FrontDoor.socket`. */
export function openSocket(
  request: HttpRequest,
  door: Pick<Ports, "http" | "https"> & { readonly host: string },
): Promise<Opened> {
  const url = new URL(request.url);
  const secure = url.protocol === "https:";
  const port = String(secure ? door.https : door.http);
  const socket = new WebSocket(
    `${secure ? "wss" : "ws"}://${door.host}:${port}${url.pathname}${url.search}`,
    {
      headers: { ...request.headers, host: `${url.hostname}:${port}` },
      handshakeTimeout: request.timeoutMs ?? defaultTimeoutMs,
      // A lab's certificates are signed by nobody.
      rejectUnauthorized: false,
      ...(secure ? { servername: url.hostname } : {}),
    },
  );
  // Listens before it is open: the first message may come together with the answer that opens it.
  const queue = new MessageQueue(socket);
  return new Promise((resolve) => {
    socket.once("open", () => {
      resolve({ ok: true, socket: queue });
    });
    socket.once("unexpected-response", (outgoing, { statusCode = 0 }) => {
      outgoing.destroy();
      resolve({
        ok: false,
        status: statusCode,
        message: `status ${String(statusCode)} instead of a websocket`,
      });
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      resolve({ ok: false, message: error.message, refused: error.code === "ECONNREFUSED" });
    });
  });
}

class MessageQueue implements FrontDoorSocket {
  readonly #socket: WebSocket;
  readonly #messages: string[] = [];
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.#messages.push(asText(data));
      this.#wake();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
    socket.on("error", () => undefined);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  async receive(withinMs: number): Promise<string | undefined> {
    if (this.#messages.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#messages.shift();
  }

  close(): void {
    this.#socket.terminate();
  }
}

function asText(data: RawData): string {
  const parts = Array.isArray(data) ? data : [data];
  return Buffer.concat(parts.map((part) => new Uint8Array(part))).toString("utf8");
}
