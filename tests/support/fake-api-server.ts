import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { otherCertificate, otherKey } from "./certificates.ts";

/** A request as the API server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

type Reply = { readonly status?: number; readonly body: unknown };

export interface FakeApiServer {
  /** A kubeconfig for it, as kind writes one. */
  readonly kubeconfig: string;
  readonly seen: readonly SeenRequest[];
  /** How many connections were opened. */
  connections(): number;
  close(): Promise<void>;
}

/** An API server on the loopback interface whose answers are a function; anything undefined is a 404. */
export async function startFakeApiServer(
  reply: (request: SeenRequest) => Reply | undefined,
): Promise<FakeApiServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createServer({ key: otherKey, cert: otherCertificate }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const body = Buffer.concat(chunks).toString("utf8");
      const request = { method, url, contentType: headers["content-type"], body };
      seen.push(request);
      const answer = reply(request) ?? { status: 404, body: { kind: "Status", message: "not found" } };
      outgoing.statusCode = answer.status ?? 200;
      outgoing.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
    });
  });
  server.on("secureConnection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    kubeconfig: kubeconfigFor(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`),
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param context its name; kind writes `kind-<cluster>`. */
export function kubeconfigFor(server: string, context = "kind-labctl"): string {
  const cluster = { name: context, cluster: { server, "insecure-skip-tls-verify": true } };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [cluster],
    contexts: [{ name: context, context: { cluster: context, user: "admin" } }],
    users: [{ name: "admin", user: { token: "secret" } }],
  });
}
