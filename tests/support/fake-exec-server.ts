import { createHash } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { otherCertificate, otherKey } from "./certificates.ts";
import { kubeconfigFor } from "./fake-api-server.ts";

/** What a command says, until it ends or the connection does. */
export interface FakeSession {
  /** On standard output; false while more would have to wait. */
  readonly say: (text: string) => boolean;
  /** Ends the command well. */
  readonly end: () => void;
  readonly socket: Duplex;
}

/** As much of an API server as an exec needs: each runs `command`. */
export async function startFakeExecServer(command: (session: FakeSession) => void) {
  const server = createServer({ key: otherKey, cert: otherCertificate });
  const closed = Promise.withResolvers<undefined>();
  server.on("upgrade", ({ headers }, socket) => {
    socket.on("error", () => undefined);
    // The frame that closes a connection wants another one, or the connection's end.
    socket.on("data", (data: Buffer) => {
      if (((data[0] ?? 0) & 0x0f) === 8) socket.destroy();
    });
    socket.on("close", () => closed.resolve(undefined));
    const key = headers["sec-websocket-key"] ?? "";
    const protocol = (headers["sec-websocket-protocol"] ?? "").split(",")[0] ?? "";
    // https://www.rfc-editor.org/rfc/rfc6455#section-1.3
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
    const more = [`Sec-WebSocket-Accept: ${accept}`, `Sec-WebSocket-Protocol: ${protocol}`, "", ""];
    socket.write([...lines, ...more].join("\r\n"));
    command({
      socket,
      say: (text) => socket.write(frame(1, text)),
      end: () => void socket.write(frame(3, JSON.stringify({ status: "Success" }))),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    kubeconfig: kubeconfigFor(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`),
    /** Resolves once a client has gone. */
    left: closed.promise,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A message of a channel of https://kubernetes.io/docs/reference/using-api/api-concepts/, as one unmasked frame. */
function frame(channel: number, text: string): Buffer {
  const payload = Buffer.from(`${String.fromCharCode(channel)}${text}`);
  const head = Buffer.alloc(10);
  head[0] = 0x82;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
