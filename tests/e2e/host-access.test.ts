import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual, promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultPorts } from "../../src/engine/engine.ts";
import { openBrowser } from "../support/browser.ts";
import { frontPage } from "../support/front-page.ts";
import { runLabctl } from "../support/run-labctl.ts";
import { solveAnew } from "../support/solve-anew.ts";
import { countWrites } from "../support/count-writes.ts";

const run = promisify(execFile);
const userKubeconfig = () => readFile(join(homedir(), ".kube", "config"), "utf8").catch(() => undefined);
const before = await userKubeconfig();

beforeAll(() => solveAnew("ingress"));

afterAll(async () => {
  await runLabctl("reset", "ingress");
});

test("up on a healthy cluster does nothing, and writes nothing to the API server", async () => {
  const kubeconfig = await kubeconfigPath();
  const writes = await settledWrites(kubeconfig);
  const { exitCode, stderr } = await runLabctl("up");
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("✔");
  expect(await countWrites(kubeconfig)).toEqual(writes);
});

test("the user's own kubectl reaches the cluster through the kubeconfig that labctl names", async () => {
  const { stdout } = await run("kubectl", ["--kubeconfig", await kubeconfigPath(), "get", "nodes"], {
    env: { ...process.env, PATH: `${toolFolder()}:${process.env["PATH"] ?? ""}` },
  });
  expect(stdout.match(/ Ready /g)).toHaveLength(3);
});

test("docker and kubectl work in a lab's shell", async () => {
  const { stdout, stderr } = await runLabctl(
    "shell",
    "ingress",
    "--command",
    "docker ps --format '{{.Names}}' && kubectl get ingress --output name",
  );
  expect(stdout, stderr).toContain("labctl-control-plane");
  expect(stdout).toContain("ingress.networking.k8s.io/");
});

test("a page of the ingress controller, for curl and for a browser", async () => {
  const url = `http://nginx.localhost:${String(defaultPorts.http)}/`;
  expect(await frontPage("nginx.localhost")).toContain("Welcome to nginx");
  expect((await run("curl", ["--silent", "--fail", url])).stdout).toContain("Welcome to nginx");
  await using page = await openBrowser();
  await page.goto(url);
  expect(await page.text("h1")).toContain("Welcome to nginx");
});

test("every port of labctl's is on 127.0.0.1 alone", async () => {
  for (const port of Object.values(defaultPorts)) {
    const { stdout } = await run("ss", ["-H", "-l", "-t", "-n", `sport = :${String(port)}`]);
    const addresses = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/)[3]);
    expect(addresses).toEqual([`127.0.0.1:${String(port)}`]);
  }
});

test("the user's kubeconfig is byte for byte as before", async () => {
  expect(await userKubeconfig()).toBe(before);
});

/** Counted once what was reset before has come to rest: volumes are still being given back a while later. */
async function settledWrites(kubeconfig: string): ReturnType<typeof countWrites> {
  let writes = await countWrites(kubeconfig);
  for (let looks = 0; looks < 30; looks++) {
    await setTimeout(2000);
    const later = await countWrites(kubeconfig);
    if (isDeepStrictEqual(later, writes)) break;
    writes = later;
  }
  return writes;
}

async function kubeconfigPath(): Promise<string> {
  return (await runLabctl("kubeconfig")).stdout.trim();
}

function toolFolder(): string {
  return join(process.env["LABCTL_HOME"] ?? join(homedir(), ".labctl"), "bin");
}
