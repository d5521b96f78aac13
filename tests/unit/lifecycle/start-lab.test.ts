import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useDemoLab } from "../../support/demo-lab.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { placedNode } from "../../support/placed-pods.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  await useDemoLab(world);
});
afterEach(() => world[Symbol.asyncDispose]());

const write = async (path: string, text: string): Promise<void> => {
  const file = join(world.project, "labs", "01-demo", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "a" });
};
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

describe("start/steps.yaml", () => {
  it("is done after the manifests, and is none itself", async () => {
    await write("start/given.yaml", configMap("given"));
    await write("start/steps.yaml", "- apply: ../later.yaml\n");
    await write("later.yaml", configMap("later"));
    const { exitCode, stderr } = await world.run("start", "demo");
    expect(exitCode, stderr).toBe(0);
    const made = world.kube.writes.filter((line) => line.includes("ConfigMap lab-demo/"));
    expect(made).toEqual(["apply ConfigMap lab-demo/given", "apply ConfigMap lab-demo/later"]);
  });

  it("brings the tools that it needs first", async () => {
    await write("start/steps.yaml", "- helm: [install, web, ./chart]\n");
    await world.run("start", "demo");
    expect(world.platform.asked).toContain("tools helm");
  });
});

describe("needs.memory", () => {
  it("is there before anything is built, or the start is refused with what is left", async () => {
    await write("lab.yaml", "needs: { memory: 4Gi }\n");
    const { docker } = world.platform;
    const node = { name: "labctl-control-plane", image: "node", env: {}, labels: {}, volumes: [], ports: [] };
    docker.addImage({ tags: ["node"] });
    await docker.runContainer({ ...node, restart: "no" });
    docker.onExec = () => ({ output: `MemTotal: 8000000 kB\nMemAvailable: ${String(2 * 2 ** 20)} kB\n` });
    const refused = await world.run("start", "demo");
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.stderr).toContain("Lab demo takes 4Gi of memory");
    expect(refused.stderr).toContain("2Gi available");
    expect(world.kube.writes).toEqual([]);
    docker.onExec = () => ({ output: `MemAvailable: ${String(5 * 2 ** 20)} kB\n` });
    expect(await world.run("start", "demo")).toMatchObject({ exitCode: 0 });
  });
});

describe("start.nodes", () => {
  it("are labelled at the start, and as they were after a reset and a removal", async () => {
    await write("lab.yaml", "start: { nodes: [{ labels: { disk: ssd } }] }\n");
    const before = placedNode("worker");
    world.kube.add(before);
    const labels = () => world.kube.objects.get("Node /worker")?.metadata.labels;
    expect((await world.run("start", "demo")).exitCode).toBe(0);
    expect(labels()).toEqual({ ...before.metadata.labels, disk: "ssd" });
    await world.run("reset", "demo");
    expect(labels()).toEqual({ ...before.metadata.labels, disk: "ssd" });
    await world.run("verify", "demo");
    expect(labels()).toEqual(before.metadata.labels);
  });
});
