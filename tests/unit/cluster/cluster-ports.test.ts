import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadClusterPorts, refuseOtherPorts, saveClusterPorts } from "../../../src/cluster/cluster-ports.ts";
import { defaultPorts } from "../../../src/engine/engine.ts";
import { UsageError } from "../../../src/errors.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "labctl-unit-"));
});
afterEach(() => rm(home, { recursive: true }));

test("what a cluster was created with is found again, and nothing before that", async () => {
  expect(await loadClusterPorts(home, "labctl")).toBeUndefined();
  const ports = { ...defaultPorts, http: 18080 };
  await saveClusterPorts(home, "labctl", ports);
  expect(await loadClusterPorts(home, "labctl")).toEqual(ports);
});

test("a port that is asked for again is fine, another one is refused with the one that it has", () => {
  refuseOtherPorts({}, defaultPorts, "labctl");
  refuseOtherPorts({ http: 8080 }, defaultPorts, "labctl");
  const ask = (): void => refuseOtherPorts({ http: 18080, api: 6443 }, defaultPorts, "labctl");
  expect(ask).toThrow(UsageError);
  expect(ask).toThrow(expect.objectContaining({ lastSeen: "it has --http-port 8080" }));
});
