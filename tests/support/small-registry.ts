import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** As much of a registry as a push and a look at a manifest need: https://github.com/opencontainers/distribution-spec */
export class SmallRegistry implements AsyncDisposable {
  readonly #content = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async open(): Promise<SmallRegistry> {
    const registry = new SmallRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://here");
    const body = Buffer.concat(await request.toArray());
    const digest = (content: Buffer): string =>
      `sha256:${createHash("sha256").update(content).digest("hex")}`;
    if (path === "/v2/") return void response.end();
    if (request.method === "POST") return void response.writeHead(202, { Location: path }).end();
    if (request.method === "PUT") {
      const name = path.replace(/uploads\/$/, searchParams.get("digest") ?? "");
      this.#content.set(name, body);
      this.#content.set(name.replace(/[^/]+$/, digest(body)), body);
      return void response.writeHead(201, { Location: name, "Docker-Content-Digest": digest(body) }).end();
    }
    const found = this.#content.get(path);
    if (!found) return void response.writeHead(404).end();
    const type = path.includes("/manifests/")
      ? "application/vnd.oci.image.manifest.v1+json"
      : "application/octet-stream";
    const headers = {
      "Content-Type": type,
      "Content-Length": found.length,
      "Docker-Content-Digest": digest(found),
    };
    response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
