import { readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  world.platform.kubeconfig = join(world.home, "kubeconfig.yaml");
  await writeFile(
    world.platform.kubeconfig,
    `apiVersion: v1
kind: Config
current-context: kind-labctl
contexts:
  - { name: kind-labctl, context: { cluster: kind-labctl, user: kind-labctl } }
`,
  );
});
afterEach(() => world[Symbol.asyncDispose]());

test("kubeconfig names a file of the lab's own, with its namespace", async () => {
  const before = await readFile(world.platform.kubeconfig, "utf8");
  const { stdout, exitCode } = await world.run("kubeconfig", "ingress");
  expect(exitCode).toBe(0);
  expect(load(await readFile(stdout.trim(), "utf8"))).toMatchObject({
    "current-context": "kind-labctl",
    contexts: [{ name: "kind-labctl", context: { namespace: "lab-ingress" } }],
  });
  expect(await readFile(world.platform.kubeconfig, "utf8")).toBe(before);
});

test("env prints lines for eval", async () => {
  const { stdout } = await world.run("env");
  expect(stdout.split("\n")).toEqual([
    `export KUBECONFIG='${world.home}/kube/labctl-default.yaml'`,
    "export DOCKER_HOST='unix:///run/labctl/docker.sock'",
    `export DOCKER_CONFIG='${world.home}/docker'`,
    `export HELM_CACHE_HOME='${world.home}/helm/cache'`,
    `export HELM_CONFIG_HOME='${world.home}/helm/config'`,
    `export HELM_DATA_HOME='${world.home}/helm/data'`,
    `export PATH='${world.home}/bin:/usr/bin'`,
    "",
  ]);
});

test("shell runs the user's shell in that environment", async () => {
  world.env = { ...world.env, SHELL: "/bin/bash" };
  const { exitCode } = await world.run("shell", "services");
  expect(exitCode).toBe(0);
  expect(world.exec.ran).toEqual(["/bin/bash"]);
  expect(world.exec.options[0]?.env).toMatchObject({ DOCKER_HOST: "unix:///run/labctl/docker.sock" });
});

test("shell begins in the student's folder of the lab, and labctl is a command there", async () => {
  await world.run("shell", "services", "--cluster", "two");
  expect(world.exec.options[0]).toMatchObject({
    cwd: join(world.home, "files", "services"),
    env: { LABCTL_CLUSTER: "two", LABCTL_SHELL: "services" },
  });
  expect(await readlink(join(world.home, "bin", "labctl"))).toBe(join(world.project, "labctl"));
});

test("shell of a lab that was not started names the command that starts it", async () => {
  expect((await world.run("shell", "services")).stderr).toContain(
    "Lab services was not started, so there is nothing in namespace lab-services yet: labctl start services",
  );
});

test("shell -c gives the line's failure on", async () => {
  world.exec.interactiveExitCode = 1;
  expect((await world.run("shell", "-c", "kubectl get pods")).exitCode).toBe(1);
});

test("without a cluster they say what to do", async () => {
  world.platform.kubeconfig = join(world.home, "nothing.yaml");
  const { exitCode, stderr } = await world.run("env");
  expect(exitCode).toBe(3);
  expect(stderr).toContain("There is no lab cluster yet.");
  expect(stderr).toContain("Run: labctl up");
});
