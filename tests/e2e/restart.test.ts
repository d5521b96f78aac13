import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeNames } from "../../src/cluster/kind-cluster.ts";
import { createDocker } from "../../src/docker/docker-engine-api.ts";
import { frontPage, pageAnswers } from "../support/front-page.ts";
import { engineSocket, runLabctl } from "../support/run-labctl.ts";
import { solveAnew } from "../support/solve-anew.ts";

/** Holds the address that the first node to start would get again. */
const squatter = "labctl-test-squatter";

beforeAll(() => solveAnew("ingress"));

afterAll(async () => {
  const docker = createDocker(await engineSocket());
  await docker.removeContainer(squatter);
  await runLabctl("reset", "ingress");
});

test("nodes that come back with each other's addresses are the same cluster", async () => {
  const docker = createDocker(await engineSocket());
  const before = await addresses(docker);
  for (const name of nodeNames("labctl")) await docker.stopContainer(name);
  await docker.removeContainer(squatter);
  await docker.runContainer({
    name: squatter,
    image: "labctl/pause:latest",
    env: {},
    labels: { "labctl.dev/test": "restart" },
    volumes: [],
    ports: [],
    restart: "no",
  });
  await docker.connect("kind", squatter);
  for (const name of [...nodeNames("labctl")].reverse()) await docker.startContainer(name);
  expect(await addresses(docker)).not.toEqual(before);

  const { exitCode, stderr } = await runLabctl("up");
  expect(exitCode, stderr).toBe(0);
  expect(await frontPage("nginx.localhost")).toContain("Welcome to nginx");
});

test("an engine that was stopped comes back with everything that was in the cluster", async () => {
  expect((await runLabctl("down")).exitCode).toBe(0);
  expect(await pageAnswers("nginx.localhost")).toBe(false);
  const stopped = await runLabctl("check", "ingress", "-o", "json");
  expect(stopped.exitCode, stopped.stderr).toBe(3);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ kind: "CheckReport", status: "errored" });

  const { exitCode, stderr } = await runLabctl("up");
  expect(exitCode, stderr).toBe(0);
  expect(await frontPage("nginx.localhost")).toContain("Welcome to nginx");
  const checked = await runLabctl("check", "ingress");
  expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
});

test("kube-proxies that start again keep the Services that are there", async () => {
  const restarted = await inShell("kubectl -n kube-system rollout restart daemonset/kube-proxy");
  expect(restarted.exitCode, restarted.stderr).toBe(0);
  await inShell("kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=120s");
  // A Service of afterwards, in a node's rules, tells that they were written anew.
  await inShell("kubectl expose deployment nginx --name=afterwards --port=80");
  await expect.poll(nodesThatServe("lab-ingress/afterwards/tcp/"), { timeout: 60_000 }).toBe(3);
  expect(await nodesThatServe("kube-system/kube-dns/tcp/metrics")()).toBe(3);
});

function inShell(command: string): ReturnType<typeof runLabctl> {
  return runLabctl("shell", "ingress", "--command", command);
}

/** On how many nodes kube-proxy's rules lead to a port of a Service. */
function nodesThatServe(port: string): () => Promise<number> {
  return async () => {
    const rules = "kubectl -n kube-system exec {} -- nft list map ip kube-proxy service-ips";
    const pods = "kubectl -n kube-system get pods -l k8s-app=kube-proxy -o name";
    const { stdout } = await inShell(`${pods} | xargs -I{} ${rules}`);
    return stdout.split("\n").filter((line) => line.includes(port)).length;
  };
}

async function addresses(docker: ReturnType<typeof createDocker>): Promise<readonly string[]> {
  const looks = nodeNames("labctl").map((name) => docker.exec(name, ["hostname", "--ip-address"]));
  return (await Promise.all(looks)).map(({ output }) => output.trim());
}
