/** A JupyterHub with Dask Gateway behind a fake front door, its login form in a fake browser, its pods in a fake cluster. */
import { EnvironmentError } from "../../src/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import type { FrontDoorRequest, HttpAnswer } from "../../src/probe/probe.ts";
import { namespace, pod } from "./cluster-objects.ts";
import { FakeBrowser, type FakePage } from "./fake-browser.ts";
import { fakeCheckContext, type FakeCheckContext } from "./fake-check-context.ts";
import { FakeFrontDoor } from "./fake-front-door.ts";
import { FakeKube } from "./fake-kube.ts";
import type { KernelMessage } from "./fake-jupyter.ts";
import { page } from "./fake-probe.ts";

export const passwords: Readonly<Record<string, string>> = { ada: "engine", grace: "matic" };

export function usersSecret(data: Readonly<Record<string, string>> = passwords): KubeObject {
  const encoded = Object.entries(data).map(([name, value]) => [name, Buffer.from(value).toString("base64")]);
  const metadata = { name: "hub-users", namespace };
  return { apiVersion: "v1", kind: "Secret", metadata, data: Object.fromEntries(encoded) as object };
}

const host = "http://hub.localhost";
const clusters = "/services/dask-gateway/api/v1/clusters/";

export class FakeHub {
  readonly kube = new FakeKube([usersSecret()], {
    onExec: ({ name }, command) => {
      const text = this.files.get(`${name}/${command.at(-1) ?? ""}`);
      return { exitCode: text === undefined ? 1 : 0, stdout: text ?? "", stderr: "" };
    },
  });
  /** Text by pod and file. */
  readonly files = new Map<string, string>();
  /** Owners by name. */
  readonly clusters = new Map<string, string>();
  readonly tokens = new Set<string>();
  readonly running = new Set<string>();
  readonly door = new FakeFrontDoor((request) => this.#answer(request));
  /** Who somebody is to the hub. */
  authenticate = (name: string, password: string): string | undefined =>
    passwords[name] === password ? name : undefined;
  /** Who gets into whose server. */
  opens = (owner: string, who: string | undefined): boolean => owner === who;
  /** Who somebody is to the gateway, by the whole header. */
  believes = (header: string): string | undefined => /^jupyterhub token-(.*)$/.exec(header)?.[1];
  /** Plays the spawner: makes the pod of a user. */
  spawn = (name: string): void => {
    this.running.add(name);
    this.kube.add(userPod(name));
  };
  /** In which pod a user's server is. */
  podOf = (name: string): string => `jupyter-${name}`;
  /** Plays the controller, which ends what belongs to a cluster. */
  onStop = (): void => undefined;
  /** Requests until nothing answers at the front door any more. */
  closesAfter = Infinity;
  hasForm = true;
  isUp = true;

  /** @param run what a notebook's kernel makes of code. */
  context(run?: (code: string) => readonly KernelMessage[]): FakeCheckContext {
    if (run) {
      this.door.talk = (text) => {
        const { header, content } = JSON.parse(text) as {
          readonly header: { readonly msg_id: string };
          readonly content: { readonly code: string };
        };
        return run(content.code).map((each) =>
          JSON.stringify({
            ...{ header: { msg_type: each.type }, content: each.content },
            parent_header: { msg_id: header.msg_id },
          }),
        );
      };
    }
    const browser = new FakeBrowser();
    browser.open = () => this.#window();
    return fakeCheckContext({ kube: this.kube, frontDoor: this.door, browser });
  }

  /** A window that remembers who has logged in. */
  async #window() {
    let who: string | undefined;
    const inner = await new FakeBrowser((url) => this.#page(url, who)).open();
    const fields = new Map<string, string>();
    return {
      ...inner,
      fill: (selector: string, value: string) => {
        fields.set(selector, value);
        return inner.fill(selector, value);
      },
      click: async () => {
        who = this.authenticate(fields.get("#username_input") ?? "", fields.get("#password_input") ?? "");
        if (who !== undefined) await inner.goto(`${host}/hub/spawn`);
        return this.hasForm;
      },
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  }

  #page(url: string, who: string | undefined): FakePage {
    if (url.endsWith("/hub/home")) return { show: () => who };
    const has = this.hasForm ? ["#username_input", "#password_input"] : [];
    return { has, show: (selector) => (selector === ".login_error" ? "Invalid" : undefined) };
  }

  #answer({ url, method = "GET", headers = {}, body = "{}" }: FrontDoorRequest): HttpAnswer {
    if (this.closesAfter-- <= 0) {
      throw new EnvironmentError({ message: "Nothing answers at the lab's front door.", hint: "labctl up" });
    }
    if (!this.isUp) return page("404 page not found", {}, 404);
    const { pathname } = new URL(url);
    const header = headers["authorization"] ?? "";
    const token = header.replace(/^token /, "");
    const who = this.tokens.has(token) ? token.replace("token-", "") : undefined;
    if (pathname === "/hub/api/") return json({ version: "6.1.1" });
    if (pathname.startsWith(clusters)) return this.#gateway(method, pathname, header);
    const sent = JSON.parse(body) as Sent;
    const [, area, ...rest] = pathname.split("/");
    if (area === "user")
      return this.#server({ method, owner: rest[0] ?? "", path: rest.slice(2), who, sent });
    return this.#hub({ method, owner: rest[2] ?? "", path: rest.slice(3), who, sent });
  }

  #hub({ method, owner, path: [what], who, sent }: Asked): HttpAnswer {
    if (what === "tokens" && method === "POST") {
      const { username = "", password = "" } = sent.auth ?? {};
      if (this.authenticate(username, password) !== owner) return json({ message: "Forbidden" }, 403);
      this.tokens.add(`token-${owner}`);
      return json({ id: "a1", token: `token-${owner}` }, 201);
    }
    if (who !== owner) return json({ message: "Forbidden" }, 403);
    if (what === "tokens") {
      this.tokens.delete(`token-${owner}`);
      return page("", {}, 204);
    }
    if (method === "POST") {
      this.spawn(owner);
      return json({}, 202);
    }
    const message = "Spawn failed: no such image";
    if (what === "server") return page(`data: {"progress": 100, "message": "${message}"}\n\n`);
    return json({ name: owner, servers: this.running.has(owner) ? { "": { ready: true } } : {} });
  }

  #server({ method, owner, path: [kind, file], who, sent }: Asked): HttpAnswer {
    if (!this.opens(owner, who)) return json({ message: "Forbidden" }, 403);
    if (kind === "kernels") return json({ id: "kernel-1" }, method === "POST" ? 201 : 200);
    if (file === undefined) return json({ content: [] });
    const key = `${this.podOf(owner)}/${file}`;
    if (method === "PUT") this.files.set(key, sent.content ?? "");
    else this.files.delete(key);
    return json({}, method === "PUT" ? 201 : 204);
  }

  #gateway(method: string, path: string, header: string): HttpAnswer {
    const who = this.believes(header);
    if (who === undefined) return json({ error: "Unauthorized" }, 401);
    const [name, act] = path.slice(clusters.length).split("/");
    if (name === "" || name === undefined) {
      const own = [...this.clusters].filter(([, owner]) => owner === who).map(([each]) => [each, {}]);
      if (method === "GET") return json(Object.fromEntries(own) as object);
      const made = `${namespace}.cluster${String(this.clusters.size + 1)}`;
      this.clusters.set(made, who);
      return json({ name: made }, 201);
    }
    if (this.clusters.get(name) !== who) return json({ error: "lacks permissions" }, 403);
    if (method === "DELETE") {
      this.clusters.delete(name);
      this.onStop();
    }
    return act === "scale" ? json({}) : json({ name });
  }
}

interface Sent {
  readonly auth?: { readonly username?: string; readonly password?: string };
  readonly content?: string;
}

interface Asked {
  readonly method: string;
  readonly owner: string;
  readonly path: readonly string[];
  readonly who: string | undefined;
  readonly sent: Sent;
}

/** As KubeSpawner marks it. */
export function userPod(name: string, ready = true): KubeObject {
  const made = pod({ name: `jupyter-${name}`, labels: { component: "singleuser-server" }, ready });
  return { ...made, metadata: { ...made.metadata, annotations: { "hub.jupyter.org/username": name } } };
}

function json(value: object, status = 200): HttpAnswer {
  return page(JSON.stringify(value), { "content-type": "application/json" }, status);
}
