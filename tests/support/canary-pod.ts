import { join } from "node:path";
import type { DaemonSet, Pod } from "../../src/kube/objects.ts";
import { loadManifests } from "../../src/manifests/load-manifests.ts";
import { pod } from "./cluster-objects.ts";

const folder = join(import.meta.dirname, "..", "..", "manifests", "canary");
const canary = (await loadManifests(folder)).find(({ kind }) => kind === "DaemonSet") as DaemonSet;

interface CanaryOptions {
  readonly node?: string;
  readonly ready?: boolean;
}

/** A pod of manifests/canary, as its controller makes it. */
export function canaryPod(name: string, options: CanaryOptions = {}): Pod {
  const { node = "labctl-worker", ready = true } = options;
  const bare = pod({ name, namespace: "labctl-system", labels: { app: "canary" }, node, ready });
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
  return { ...bare, spec: { ...canary.spec.template.spec, nodeName: node, affinity } };
}
