import { expect, it } from "vitest";
import { bounded } from "../../../src/probe/hardened-pod.ts";
import { probePodObject } from "../../../src/probe/probe-pod.ts";
import type { Pod } from "../../../src/kube/objects.ts";

it("what a container may write to its node has an end", () => {
  const { containers } = (probePodObject("localhost:5001/probe:1") as Pod).spec;
  expect(containers[0]?.resources?.limits).toMatchObject({ "ephemeral-storage": "256Mi" });
});

it("each limit has a request: Kubernetes fills in a missing one, and the pod is then not what labctl sent", () => {
  const { requests, limits } = bounded({ cpu: "10m", memory: "16Mi" }, { memory: "1Gi" });
  expect(Object.keys(requests)).toEqual(expect.arrayContaining(Object.keys(limits)));
});
