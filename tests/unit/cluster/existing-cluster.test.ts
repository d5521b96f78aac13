import { expect, it } from "vitest";
import { ExistingCluster } from "../../../src/cluster/existing-cluster.ts";
import { UsageError } from "../../../src/errors.ts";

const cluster = new ExistingCluster("admin@lecture", "/home/student/cluster.yaml");

it("is there as it is, under the name of its context", async () => {
  expect(cluster).toMatchObject({ name: "admin@lecture", kubeconfig: "/home/student/cluster.yaml" });
  expect(await cluster.observe()).toEqual({ state: "running", nodes: [] });
});

it("is read from the user's own kubeconfig, unless another is named", () => {
  expect(new ExistingCluster("admin@lecture", undefined).kubeconfig).toMatch(/\/\.kube\/config$/);
});

it.each([
  ["brought up", () => cluster.ensure()],
  ["stopped", () => cluster.stop()],
  ["removed", () => cluster.remove()],
  ["changed", () => cluster.trustRegistry()],
  ["disturbed", () => cluster.stopNode()],
  ["disturbed", () => cluster.startNode()],
])("is not %s by labctl", async (verb, attempt) => {
  const refused = await attempt().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect(refused).toMatchObject({
    message: `The cluster of the context "admin@lecture" was not made by labctl, so it is not ${verb} by it.`,
  });
});
