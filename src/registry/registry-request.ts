import { EnvironmentError } from "../errors.ts";

/** The `fetch` of Node, or a fake of it. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

const timeoutMs = 10_000;

const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** One request to the HTTP API of a registry on this machine. @throws EnvironmentError when it does not answer. */
export async function registryRequest(request: {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** The value of its `Authorization`. */
  readonly authorization: string;
  readonly fetch?: Fetch;
  readonly signal?: AbortSignal;
}): Promise<Response> {
  const url = `http://127.0.0.1:${String(request.port)}${request.path}`;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, late]) : late;
  try {
    return await (request.fetch ?? fetch)(url, {
      method: request.method,
      headers: { accept: manifests, authorization: request.authorization },
      signal,
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new EnvironmentError({
      message: `The registry at localhost:${String(request.port)} does not answer.`,
      lastSeen: cause instanceof Error ? cause.message : String(cause),
      hint: "Bring it back with: labctl up",
      cause: error,
    });
  }
}
