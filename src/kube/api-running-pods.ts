import { z } from "zod";
import { parseAnswer } from "./api-answer.ts";
import type { Kube, RunningPods } from "./kube.ts";
import type { KubeObject } from "./objects.ts";

interface Lease extends KubeObject {
  readonly spec?: { readonly renewTime?: string; readonly leaseDurationSeconds?: number };
}

const runningPodList = z.object({
  items: z.array(z.object({ metadata: z.object({ uid: z.string().optional() }).optional() })).default([]),
});

/** Seconds; a kubelet renews its Lease every ten: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
const usualLease = 40;
/** Milliseconds that a busy machine may be late, and its clock may be off. */
const slackMs = 20_000;

/**
 * Asks a node's kubelet through the API server, which finds it by what the Node says. Nodes that nobody stands behind
 * are told from their objects: one that is away would not answer for as long as a connection to it takes to fail.
 * @param now milliseconds since the epoch.
 * @throws EnvironmentError when a kubelet that ought to be there does not answer.
 */
export async function askRunningPods(
  kube: Pick<Kube, "read" | "get">,
  name: string,
  now: number,
): Promise<RunningPods> {
  const node = await kube.read({ kind: "Node", name });
  if (!node) return { ok: false, why: `there is no node ${name}` };
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return { ok: false, why: `node ${name} is not Ready` };
  const lease: Lease | undefined = await kube.read({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    namespace: "kube-node-lease",
    name,
  });
  if (!isFresh(lease, now)) return { ok: false, why: `nothing has been heard of node ${name} lately` };
  // What the container runtime has, not what the pods' status says.
  const answer = await kube.get(`/api/v1/nodes/${encodeURIComponent(name)}/proxy/runningpods/`);
  const { items } = parseAnswer(runningPodList, answer, `say what node ${name} runs`);
  return { ok: true, uids: new Set(items.flatMap(({ metadata }) => metadata?.uid ?? [])) };
}

function isFresh(lease: Lease | undefined, now: number): boolean {
  const { renewTime, leaseDurationSeconds = usualLease } = lease?.spec ?? {};
  if (renewTime === undefined) return false;
  return now - Date.parse(renewTime) <= leaseDurationSeconds * 1000 + slackMs;
}
