/** A Jupyter server behind a fake front door: tokens, files and kernels, as `api/` answers. */
import type { FrontDoorRequest, HttpAnswer } from "../../src/probe/probe.ts";
import { FakeFrontDoor } from "./fake-front-door.ts";
import { page } from "./fake-probe.ts";

interface FakeJupyterOptions {
  /** Undefined: lets anybody in. */
  readonly token?: string | undefined;
  /** What a kernel makes of code: messages of the protocol, of which each gets the request as its parent. */
  readonly run?: (code: string) => readonly KernelMessage[];
}

export interface KernelMessage {
  readonly type: string;
  readonly content: object;
  /** Of somebody else's request, or of none. */
  readonly foreign?: boolean;
}

export const idle: KernelMessage = { type: "status", content: { execution_state: "idle" } };

/** What a kernel says that prints and is done. */
export function prints(text: string): readonly KernelMessage[] {
  return [{ type: "stream", content: { name: "stdout", text } }, idle];
}

export class FakeJupyter {
  readonly files = new Map<string, string>();
  readonly kernels = new Set<string>();
  readonly door: FakeFrontDoor;
  token: string | undefined;
  started = "2026-01-01T00:00:00.000000Z";
  /** Answers before the server does: an ingress controller without endpoints, or a second server. */
  before: (request: FrontDoorRequest) => HttpAnswer | undefined = () => undefined;

  constructor({ token, run = () => [idle] }: FakeJupyterOptions = {}) {
    this.token = token;
    this.door = new FakeFrontDoor((request) => this.before(request) ?? this.#answer(request));
    this.door.talk = (text) => {
      const { header, content } = JSON.parse(text) as {
        readonly header: { readonly msg_id: string };
        readonly content: { readonly code: string };
      };
      return run(content.code).map((each) =>
        JSON.stringify({
          header: { msg_type: each.type },
          parent_header: each.foreign ? {} : { msg_id: header.msg_id },
          content: each.content,
        }),
      );
    };
  }

  #answer({ url, method = "GET", headers, body = "{}" }: FrontDoorRequest): HttpAnswer {
    const path = new URL(url).pathname.replace(/^.*?\/(?=api\/|lab|login)/u, "");
    const isIn = this.token === undefined || headers?.["authorization"] === `token ${this.token}`;
    if (path === "login") return page('<input type="password" name="password">');
    if (!isIn && path === "lab") return page("", { location: "/login?next=%2Flab" }, 302);
    if (!isIn) return json({ message: "Forbidden" }, 403);
    if (path === "lab") return page("<title>JupyterLab</title>");
    if (path === "api/status") return json({ started: this.started, kernels: this.kernels.size });
    const [, kind, ...rest] = path.split("/");
    const name = decodeURIComponent(rest.join("/"));
    if (kind === "contents") return this.#contents(method, name, body);
    return this.#kernels(method, name);
  }

  #contents(method: string, name: string, body: string): HttpAnswer {
    if (method === "PUT") {
      this.files.set(name, (JSON.parse(body) as { readonly content: string }).content);
      return json({ name }, 201);
    }
    const content = this.files.get(name);
    if (content === undefined) return json({ message: `No such file or directory: ${name}` }, 404);
    if (method === "GET") return json({ name, content });
    this.files.delete(name);
    return page("", {}, 204);
  }

  #kernels(method: string, id: string): HttpAnswer {
    if (method === "POST") {
      const made = `kernel-${this.kernels.size + 1}`;
      this.kernels.add(made);
      return json({ id: made, name: "python3" }, 201);
    }
    if (!this.kernels.has(id)) return json({ message: `Kernel does not exist: ${id}` }, 404);
    if (method === "GET") return json({ id });
    this.kernels.delete(id);
    return page("", {}, 204);
  }
}

function json(value: object, status = 200): HttpAnswer {
  return page(JSON.stringify(value), { "content-type": "application/json" }, status);
}
