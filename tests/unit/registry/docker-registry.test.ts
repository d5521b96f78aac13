import { mkdtemp, readFile, rm, stat, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "bcryptjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { createRegistry } from "../../../src/registry/docker-registry.ts";
import type { Registry } from "../../../src/registry/registry.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeDocker } from "../../support/fake-docker.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "labctl-registry-"));
});
afterEach(() => rm(home, { recursive: true }));

const random = (bytes: number): string => "5".repeat(bytes * 2);
const authorization = `Basic ${Buffer.from(`labctl:${"5".repeat(64)}`).toString("base64")}`;

/** An engine with the registry's image, and a registry that answers while its container runs. */
class Place {
  readonly docker = new FakeDocker();
  readonly progress = new RecordingProgress();
  readonly requested: string[] = [];
  /** What the registry answers, by path; 404 for any other. */
  readonly answers = new Map<string, Response>();
  isDeaf = false;

  constructor() {
    this.docker.addImage({ tags: ["labctl/registry:latest"] });
  }

  registry(cluster = "labctl", port = 5001): Registry {
    const fetch = async (url: string, { method, headers }: RequestInit): Promise<Response> => {
      expect(headers).toMatchObject({ authorization });
      this.requested.push(`${method ?? ""} ${url}`);
      const running = [...this.docker.containers.values()].some((container) => container.running);
      if (!running || this.isDeaf) throw new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });
      if (url.endsWith("/v2/")) return new Response("{}");
      return this.answers.get(new URL(url).pathname) ?? new Response(null, { status: 404 });
    };
    return createRegistry({
      docker: this.docker,
      clock: new FakeClock(),
      cluster,
      port,
      fetch,
      home,
      userDocker: join(home, "users"),
      random,
    });
  }
}

describe("ensure", () => {
  it("runs a container on 127.0.0.1 with a volume, and joins the nodes' network", async () => {
    const place = new Place();
    place.docker.networks.add("kind");
    await place.registry().ensure(place.progress);
    const container = place.docker.containers.get("labctl-registry");
    expect(container).toMatchObject({
      running: true,
      networks: ["bridge", "kind"],
      spec: {
        image: "sha256:1",
        restart: "always",
        ports: [{ host: 5001, container: 5000 }],
        volumes: [{ name: "labctl-registry", path: "/var/lib/registry" }],
        labels: { "labctl.dev/role": "registry" },
      },
    });
    expect(await place.registry().observe()).toEqual({ running: true });
  });

  it("does nothing where all is well", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const [asked, said] = [place.docker.asked.length, place.progress.said.length];
    await place.registry().ensure(place.progress);
    expect(place.docker.asked).toHaveLength(asked);
    expect(place.progress.said).toHaveLength(said);
  });

  it("starts what was stopped", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    await place.registry().stop();
    expect(await place.registry().observe()).toEqual({ running: false });
    await place.registry().ensure(place.progress);
    expect(place.docker.asked.at(-1)).toBe("start labctl-registry");
  });

  it.each([
    ["another port", (place: Place) => place.registry("labctl", 5002)],
    [
      "another image",
      (place: Place) => (place.docker.addImage({ tags: ["labctl/registry:latest"] }), place.registry()),
    ],
  ])("makes the container anew for %s and keeps the volume", async (_what, changed) => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    await changed(place).ensure(place.progress);
    expect(place.docker.asked.slice(-2)).toEqual(["rm labctl-registry", "run labctl-registry"]);
    expect(place.docker.volumes).toEqual(new Set(["labctl-registry"]));
  });

  it("has a container for each cluster", () => {
    expect(new Place().registry("exam").container).toBe("labctl-registry-exam");
  });

  it("says that the image is missing", async () => {
    const registry = createRegistry({
      docker: new FakeDocker(),
      clock: new FakeClock(),
      cluster: "labctl",
      port: 5001,
      home,
      userDocker: join(home, "users"),
      random,
    });
    await expect(registry.ensure(new RecordingProgress())).rejects.toMatchObject({
      hint: "Build it with: labctl images build registry",
    });
  });

  it("gives up on a registry that never answers", async () => {
    const place = new Place();
    place.isDeaf = true;
    await expect(place.registry().ensure(place.progress)).rejects.toThrow("localhost:5001 does not answer");
    expect(place.progress.said.at(-1)).toBe("! Registry at localhost:5001");
  });
});

describe("digest", () => {
  it("asks for the manifest of a tag", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const headers = { "docker-content-digest": "sha256:abc" };
    place.answers.set("/v2/team/nginx/manifests/1.22.1", new Response(null, { headers }));
    expect(await place.registry().digest("team/nginx:1.22.1")).toBe("sha256:abc");
    expect(await place.registry().digest("nginx:1.26.3")).toBeUndefined();
    expect(place.requested.at(-1)).toBe("HEAD http://127.0.0.1:5001/v2/nginx/manifests/1.26.3");
  });

  it("is an error, not undefined, when the registry is gone or broken", async () => {
    const place = new Place();
    await expect(place.registry().digest("nginx:1")).rejects.toMatchObject({ lastSeen: "ECONNREFUSED" });
    await place.registry().ensure(place.progress);
    place.answers.set("/v2/nginx/manifests/1", new Response(null, { status: 500 }));
    await expect(place.registry().digest("nginx:1")).rejects.toBeInstanceOf(EnvironmentError);
  });
});

describe("manifest", () => {
  it("tells the digest of a tag and the id of its image", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const headers = { "docker-content-digest": "sha256:abc" };
    const body = JSON.stringify({ config: { digest: "sha256:image" } });
    place.answers.set("/v2/my-image/manifests/1.0", new Response(body, { headers }));
    place.answers.set("/v2/many/manifests/latest", new Response('{"manifests":[]}', { headers }));
    const registry = place.registry();
    expect(await registry.manifest("my-image:1.0")).toEqual({ digest: "sha256:abc", config: "sha256:image" });
    expect(await registry.manifest("many")).toEqual({ digest: "sha256:abc", config: undefined });
    expect(await registry.manifest("my-image:2.0")).toBeUndefined();
    const noted = JSON.stringify({ annotations: { made: "here" } });
    place.answers.set("/v2/charts/mine/manifests/1.0", new Response(noted, { headers }));
    expect(await registry.manifest("charts/mine:1.0")).toMatchObject({ annotations: { made: "here" } });
  });

  it("is an outage where the answer is none, or has no end", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const headers = { "docker-content-digest": "sha256:abc" };
    const set = (body: ConstructorParameters<typeof Response>[0]) => {
      place.answers.set("/v2/mine/manifests/1", new Response(body, { headers }));
      return place.registry().manifest("mine:1");
    };
    for (const body of ["<html>", "[]", '{"config":{"digest":7}}']) {
      await expect(set(body)).rejects.toThrow(
        "The registry at localhost:5001 gave an answer that cannot be read.",
      );
    }
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });
    await expect(set(endless)).rejects.toThrow(
      "The registry at localhost:5001 sent more than the 4 MiB that labctl reads.",
    );
    const late = new ReadableStream({ pull: (controller) => controller.error(new Error("timeout")) });
    await expect(set(late)).rejects.toMatchObject({ lastSeen: "Error: timeout" });
  });
});

describe("removeTags", () => {
  it("goes through the engine: over the network nobody deletes", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const asked = place.requested.length;
    await place.registry().removeTags("my-image");
    expect(place.docker.asked.at(-1)).toBe(
      "exec labctl-registry rm -rf -- /var/lib/registry/docker/registry/v2/repositories/my-image/_manifests",
    );
    expect(place.requested).toHaveLength(asked);
  });

  it("is an error when the container refuses", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    place.docker.onExec = () => ({ exitCode: 1, output: "rm: Read-only file system\n" });
    await expect(place.registry().removeTags("my-image")).rejects.toMatchObject({
      lastSeen: "rm: Read-only file system",
    });
  });
});

describe("the login", () => {
  const config = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(home, path), "utf8")) as Record<string, unknown>;
  const auths = { "localhost:5001": { auth: authorization.slice("Basic ".length) } };

  it("is in the container as bcrypt alone, and in what a lab's docker and helm read", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const { spec } = place.docker.containers.get("labctl-registry") ?? {};
    expect(spec?.env).toMatchObject({
      REGISTRY_AUTH: "htpasswd",
      REGISTRY_AUTH_HTPASSWD_PATH: "/etc/registry.htpasswd",
      REGISTRY_STORAGE_DELETE_ENABLED: "false",
    });
    const [file] = spec?.files ?? [];
    expect(file).toMatchObject({ folder: "/etc", name: "registry.htpasswd" });
    const [user, hash = ""] = file?.text.trim().split(":") ?? [];
    expect(user).toBe("labctl");
    expect(await compare("5".repeat(64), hash)).toBe(true);
    expect(JSON.stringify(spec)).not.toContain("5".repeat(64));
    expect(await config("docker/config.json")).toMatchObject({ auths });
    expect(await config("helm/config/registry/config.json")).toEqual({ auths });
    for (const path of ["registry.key", "docker/config.json", "helm/config/registry/config.json"]) {
      expect((await stat(join(home, path))).mode & 0o777).toBe(0o600);
    }
  });

  it("leaves the user's own programs, proxies and other logins as they are", async () => {
    const own = {
      auths: { "registry.example": { auth: "eA==" } },
      credsStore: "desktop",
      currentContext: "desktop-linux",
      proxies: { default: { httpProxy: "http://proxy.example" } },
    };
    await mkdir(join(home, "users"));
    await writeFile(join(home, "users", "config.json"), JSON.stringify(own));
    const place = new Place();
    await place.registry().ensure(place.progress);
    expect(await config("docker/config.json")).toEqual({
      auths,
      credsStore: "desktop",
      credHelpers: { "localhost:5001": "" },
      cliPluginsExtraDirs: [join(home, "users", "cli-plugins")],
      proxies: own.proxies,
    });
    expect(await config("users/config.json")).toEqual(own);
    const students = { ...(await config("docker/config.json")), auths: { ...own.auths } };
    await writeFile(join(home, "docker", "config.json"), JSON.stringify(students));
    expect(await place.registry().observe()).toEqual({ running: false });
    await place.registry().ensure(place.progress);
    expect(await config("docker/config.json")).toMatchObject({ auths: { ...own.auths, ...auths } });
    expect(await place.registry().observe()).toEqual({ running: true });
  });

  it("that changed makes the container anew", async () => {
    const place = new Place();
    await place.registry().ensure(place.progress);
    const container = place.docker.containers.get("labctl-registry");
    if (container) {
      const labels = { ...container.labels, "labctl.dev/login": "another", "labctl.dev/spec": "another" };
      place.docker.containers.set("labctl-registry", { ...container, labels });
    }
    expect(await place.registry().observe()).toEqual({ running: false });
    await place.registry().ensure(place.progress);
    expect(place.docker.asked.slice(-2)).toEqual(["rm labctl-registry", "run labctl-registry"]);
  });
});
