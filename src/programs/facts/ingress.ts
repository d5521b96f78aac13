import { ingressCause, ingressOfHost } from "../../diagnosis/ingress-cause.ts";
import { EnvironmentError } from "../../errors.ts";
import { isLive, isReady } from "../../kube/deployment-pods.ts";
import type { KubeReads } from "../../kube/kube.ts";
import type { Resolve } from "./fact.ts";

/** Where the ingress controller answers for a host inside the cluster. */
export const ingressFact: Resolve<"ingress"> = async ({ ingress: host, path }, { kube, namespace }) => {
  const cause = await ingressCause(kube, { namespace, host, path });
  if (cause) {
    const name = (await ingressOfHost(kube, { namespace, host })) ?? host;
    const expected = `a rule for ${host}${path} that leads to a Service`;
    return { ok: false, findings: [{ object: `Ingress/${name}`, expected, ...cause }] };
  }
  const { address, port } = await findController(kube);
  return { ok: true, value: { host, address, port, url: `http://${address}:${String(port)}${path}` } };
};

/** A controller listens on the node's own port 80 in clusters like labctl's. */
const nodePort = 80;

async function findController(kube: KubeReads): Promise<{ readonly address: string; readonly port: number }> {
  const running = await kube.list("Pod", { fieldSelector: "status.phase=Running" });
  const pods = running.filter((pod) => isLive(pod) && isReady(pod));
  for (const { spec, status } of pods) {
    const ports = spec.containers.flatMap((container) => container.ports ?? []);
    const port = ports.find(({ hostPort }) => hostPort === nodePort)?.containerPort;
    if (status?.podIP !== undefined && port !== undefined) return { address: status.podIP, port };
  }
  throw new EnvironmentError({
    message: "No ingress controller answers inside the cluster.",
    lastSeen: `no Ready pod takes port ${String(nodePort)} of its node`,
    hint: "labctl up",
  });
}
