import { GenericContainer, Wait, type StartedTestContainer } from "testcontainers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testLabels } from "../../support/test-names.ts";

/** A container of one of labctl's images, as a browser on the engine's network sees it. */
class Server {
  readonly container: StartedTestContainer;
  readonly #port: number;

  private constructor(container: StartedTestContainer, port: number) {
    this.container = container;
    this.#port = port;
  }

  static async start(image: string, port: number, path = "/"): Promise<Server> {
    const container = await new GenericContainer(image)
      .withExposedPorts(port)
      .withLabels(testLabels)
      .withWaitStrategy(Wait.forHttp(path, port))
      .start();
    return new Server(container, port);
  }

  get(path: string): Promise<Response> {
    const url = `http://127.0.0.1:${this.container.getMappedPort(this.#port)}${path}`;
    return fetch(url, { signal: AbortSignal.timeout(2000) });
  }
}

describe("lab-app", () => {
  let app: Server;

  beforeAll(async () => {
    app = await Server.start("labctl/lab-app-1:latest", 8080, "/healthz");
  });

  afterAll(() => app.container.stop());

  it("shows its version and its instance on the page", async () => {
    const page = await app.get("/any/path");
    const instance = page.headers.get("x-instance") ?? "";
    expect(page.status).toBe(200);
    expect(page.headers.get("x-version")).toBe("1");
    expect(instance).not.toBe("");
    expect(await page.text()).toContain(instance);
  });

  it("answers as the same instance every time", async () => {
    const answers = await Promise.all([app.get("/"), app.get("/"), app.get("/healthz")]);
    expect(new Set(answers.map(({ headers }) => headers.get("x-instance"))).size).toBe(1);
  });

  it("echoes what it is asked for", async () => {
    const echo = await app.get("/echo/3f9a2c");
    expect((await echo.text()).trim()).toBe("3f9a2c");
    expect(echo.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it("is alive but not ready for as long as /unready says, and ready again by itself", async () => {
    expect((await app.get("/ready")).status).toBe(200);
    await app.get("/unready?seconds=1");
    const [ready, alive] = await Promise.all([app.get("/ready"), app.get("/healthz")]);
    expect([ready.status, alive.status]).toEqual([503, 200]);
    await expect.poll(async () => (await app.get("/ready")).status, { timeout: 5000 }).toBe(200);
  });

  it("gives no further answer once it is wedged, and runs on", async () => {
    expect((await app.get("/wedge")).status).toBe(200);
    await expect(app.get("/healthz")).rejects.toMatchObject({ name: "TimeoutError" });
    await app.container.restart();
    expect((await app.get("/healthz")).status).toBe(200);
  });
});

describe("nginx 1.22.1", () => {
  let nginx: Server;

  beforeAll(async () => {
    nginx = await Server.start("labctl/nginx-1.22.1:latest", 80);
  });

  afterAll(() => nginx.container.stop());

  it("names itself and its version", async () => {
    const page = await nginx.get("/");
    expect(page.headers.get("server")).toBe("nginx/1.22.1");
    expect(await page.text()).toContain("Welcome to nginx!");
  });

  it("logs each request with its query to the container's log", async () => {
    await nginx.get("/?nonce=3f9a2c");
    let log = "";
    const stream = await nginx.container.logs();
    stream.on("data", (chunk: Buffer | string) => (log += String(chunk)));
    await expect.poll(() => log, { timeout: 10_000 }).toContain('"GET /?nonce=3f9a2c HTTP/1.1" 200');
    stream.destroy();
  });
});
