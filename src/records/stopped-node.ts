/** The mark of a node that an experiment has stopped, in `labctl-system`: who did it, and until when it may take. */
import { z } from "zod";
import type { Kube } from "../kube/kube.ts";
import { systemNamespace } from "./state.ts";

const mark = z.object({
  node: z.string(),
  /** The lab's; its own next check finds the node stopped only when labctl was killed. */
  namespace: z.string(),
  /** RFC 3339, UTC: after this, whoever stopped it is dead. */
  until: z.string(),
});

export type StoppedNode = z.infer<typeof mark>;

const ref = { kind: "ConfigMap", name: "stopped-node", namespace: systemNamespace } as const;

export async function markStoppedNode(kube: Kube, stopped: StoppedNode): Promise<void> {
  const metadata = {
    name: ref.name,
    namespace: ref.namespace,
    labels: { "app.kubernetes.io/managed-by": "labctl" },
  };
  await kube.apply({ apiVersion: "v1", kind: ref.kind, metadata, data: stopped });
}

export async function readStoppedNode(kube: Kube): Promise<StoppedNode | undefined> {
  const read = mark.safeParse((await kube.read(ref))?.data);
  return read.success ? read.data : undefined;
}

export async function unmarkStoppedNode(kube: Kube): Promise<void> {
  await kube.remove(ref);
}
