import type { ClientRequest } from "node:http";
import { Agent, request, type RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { mebibyte, readBounded, tooLate, withinMs, type Speaker } from "../bounded.ts";
import { EnvironmentError } from "../errors.ts";
import { unreachable } from "./api-errors.ts";

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

/** How much of an answer is read, and how long is waited for it. */
export interface AnswerLimits {
  readonly maxBytes: number;
  /** Milliseconds without a byte. */
  readonly silentMs: number;
  /** Milliseconds for all of it. */
  readonly wholeMs: number;
}

const usualLimits: AnswerLimits = {
  // 500 objects, which is a page of a list, of 64 KiB each.
  maxBytes: 32 * mebibyte,
  silentMs: 30_000,
  // The API server gives itself 60 s: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
  wholeMs: 75_000,
};

export async function createApiClient(config: KubeConfig, limits = usualLimits): Promise<ApiClient> {
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
        return await sendOnce({ server, asked, options: { ...options, agent }, limits });
      } catch (error) {
        throw error instanceof EnvironmentError ? error : unreachable(server, error);
      }
    },
  };
}

interface Sending {
  readonly server: string;
  readonly asked: ApiRequest;
  readonly options: RequestOptions;
  readonly limits: AnswerLimits;
}

async function sendOnce(sending: Sending): Promise<ApiAnswer> {
  const { server, asked, options, limits } = sending;
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
  const timeout = limits.silentMs;
  const outgoing = request(server + asked.path, { ...options, headers, method: asked.method, timeout });
  const answer = listen(outgoing, sending);
  outgoing.end(body);
  try {
    const whole = await withinMs(answer, limits.wholeMs, () => {
      return tooLate(speaker(server), limits.wholeMs, `${asked.method} ${asked.path}`);
    });
    return whole ?? (await sendOnce(sending));
  } catch (error) {
    // Of an answer that is not read to its end no more is wanted.
    outgoing.destroy();
    throw error;
  }
}

/** Undefined where the connection was kept open, and the API server has closed it meanwhile. */
function listen(outgoing: ClientRequest, { server, limits }: Sending): Promise<ApiAnswer | undefined> {
  return new Promise((resolve, reject) => {
    outgoing.on("response", (incoming) => {
      readBounded(incoming, { ...speaker(server), maxBytes: limits.maxBytes }).then(
        (body) => resolve({ status: incoming.statusCode ?? 0, body: body.toString("utf8") }),
        reject,
      );
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`no answer within ${String(limits.silentMs / 1000)} s`)),
    );
    outgoing.on("error", (error) => {
      // https://nodejs.org/api/http.html#requestreusedsocket
      if (outgoing.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(undefined);
      else reject(error);
    });
  });
}

function speaker(server: string): Speaker {
  return { name: `The API server at ${server}`, hint: "labctl status" };
}
