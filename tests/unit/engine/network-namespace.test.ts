import { expect, it } from "vitest";
import { NetworkNamespace } from "../../../src/engine/network-namespace.ts";
import { FakeExec } from "../../support/fake-exec.ts";

const name = "labctl-of-a-unit-test";

it("is made where it is not there, with its loopback up", async () => {
  const exec = new FakeExec();
  await new NetworkNamespace(name, exec).ensure();
  expect(exec.ran).toEqual([
    `ip netns add ${name}`,
    `nsenter --net=/var/run/netns/${name} ip link set lo up`,
  ]);
  expect(exec.options.every(({ root }) => root)).toBe(true);
});

it("is entered with nsenter, which leaves /sys as it is", () => {
  const entered = new NetworkNamespace(name, new FakeExec()).enter(["dockerd", "--version"]);
  expect(entered).toEqual(["nsenter", `--net=/var/run/netns/${name}`, "dockerd", "--version"]);
});

it("is not deleted where it is not there", async () => {
  const exec = new FakeExec();
  await new NetworkNamespace(name, exec).remove();
  expect(exec.ran).toEqual([]);
});
