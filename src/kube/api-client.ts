import { Agent, request, type RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { EnvironmentError } from "../errors.ts";
import { unreachable } from "./errors.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query string. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Requests to the API server, answered as they are: objects come as JSON, just as they are stored. */
export interface ApiClient {
  readonly config: KubeConfig;
  /** @throws EnvironmentError when there is no answer; any answer is a value. */
  send(request: ApiRequest): Promise<ApiAnswer>;
}

/** Milliseconds that the API server may take for an answer. */
const timeoutMs = 30_000;

export async function createApiClient(config: KubeConfig): Promise<ApiClient> {
  const server = config.getCurrentCluster()?.server ?? "";
  if (!server.startsWith("https://")) {
    throw new EnvironmentError({
      message: `The kubeconfig names no API server with TLS: "${server}".`,
      hint: "labctl up",
    });
  }
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const agent = new Agent({ ca, cert, key, servername, rejectUnauthorized, keepAlive: true });
  return {
    config,
    send: async (asked) => {
      try {
        return await sendOnce({ url: server + asked.path, asked, options: { ...options, agent } });
      } catch (error) {
        throw unreachable(server, error);
      }
    },
  };
}

interface Sending {
  readonly url: string;
  readonly asked: ApiRequest;
  readonly options: RequestOptions;
}

async function sendOnce({ url, asked, options }: Sending): Promise<ApiAnswer> {
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  // Node sends a DELETE's body without a length of its own accord, and the next request of the connection is lost.
  const type =
    body === undefined
      ? {}
      : {
          "content-type": asked.contentType ?? "application/json",
          "content-length": String(Buffer.byteLength(body)),
        };
  const own = options.headers as Readonly<Record<string, string>> | undefined;
  const headers = { ...own, accept: "application/json, */*", ...type };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { ...options, headers, method: asked.method, timeout: timeoutMs },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`no answer within ${String(timeoutMs / 1000)} s`)),
    );
    outgoing.on("error", (error) => {
      // The API server may have closed a connection that was kept open: https://nodejs.org/api/http.html#requestreusedsocket
      if (outgoing.reusedSocket && "code" in error && error.code === "ECONNRESET")
        resolve(sendOnce({ url, asked, options }));
      else reject(error);
    });
    outgoing.end(body);
  });
}
