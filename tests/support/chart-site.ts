import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";

/** A site of charts, as a folder with an index.yaml and packed charts is one. */
export class ChartSite implements AsyncDisposable {
  /** What was asked for, by file. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const name = basename(request.url ?? "");
      this.asked.push(name);
      readFile(join(folder, name)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    });
  }

  static async open(folder: string): Promise<ChartSite> {
    const site = new ChartSite(folder);
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
