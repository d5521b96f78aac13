/** Addresses of the cluster that a Service draws to its own endpoints, though they belong to something else. */
import { EnvironmentError } from "../errors.ts";
import type { KubeReads } from "../kube/kube.ts";
import type { Service } from "../kube/objects.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import type { LookContext } from "./look.ts";

/** What every lab stands on: the API server's Service, cluster DNS, labctl's own pods. */
const commonNamespaces: readonly string[] = ["default", "kube-system", systemNamespace];

/** One address, and whose it is: `Service shop`. */
type Owned = readonly [address: string, owner: string];

/**
 * That what is sent to the addresses of a lab's Services, pods and node ports goes to those, and to nobody else.
 * Whoever may write Services may list any address in `spec.externalIPs`, and every node obeys.
 * https://github.com/kubernetes/kubernetes/issues/97076
 * @throws EnvironmentError when a Service takes such an address, whoever made it: what answers there proves nothing.
 */
export async function requireOwnAddresses({
  kube,
  namespace,
}: Pick<LookContext, "kube" | "namespace">): Promise<void> {
  const services = await kube.list("Service");
  const claims = services.flatMap((service) => claimsOf(service).map((claim) => ({ service, ...claim })));
  if (claims.length === 0) return;
  const owned = new Map([
    ...ownedByServices(services, namespace),
    ...(await ownedByPods(kube, namespace)),
    ...(await nodePorts(kube, services, namespace)),
  ]);
  for (const { service, addresses, field } of claims) {
    const taken = addresses.find((address) => owned.has(address));
    if (taken !== undefined) throw takenBy(service, { field, taken, owner: owned.get(taken) ?? "" });
  }
}

interface Claim {
  readonly field: string;
  /** `10.96.0.7`, and `172.18.0.3:30080` with each of the Service's ports. */
  readonly addresses: readonly string[];
}

function claimsOf({ spec, status }: Service): readonly Claim[] {
  const { externalIPs = [], clusterIP, ports = [] } = spec;
  const balanced = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  const claims = [
    { field: "spec.externalIPs", addresses: externalIPs },
    { field: "status.loadBalancer.ingress", addresses: balanced },
  ];
  return claims.flatMap(({ field, addresses }) => {
    // Its own address is its own.
    const foreign = addresses.filter((address) => address !== clusterIP);
    const withPort = foreign.flatMap((address) => ports.map(({ port }) => `${address}:${String(port)}`));
    return foreign.length === 0 ? [] : [{ field, addresses: [...foreign, ...withPort] }];
  });
}

function ownedByServices(services: readonly Service[], namespace: string): readonly Owned[] {
  return services
    .filter(({ metadata }) => [namespace, ...commonNamespaces].includes(metadata.namespace ?? ""))
    .flatMap(({ spec: { clusterIP }, metadata }): readonly Owned[] =>
      clusterIP === undefined || clusterIP === "None" ? [] : [[clusterIP, `Service ${metadata.name}`]],
    );
}

async function ownedByPods(kube: KubeReads, namespace: string): Promise<readonly Owned[]> {
  const pods = await kube.list("Pod", { namespace });
  return pods.flatMap(({ status, metadata }): readonly Owned[] =>
    status?.podIP === undefined ? [] : [[status.podIP, `pod ${metadata.name}`]],
  );
}

/** With the port: a node's address itself may well be that of a load balancer. */
async function nodePorts(
  kube: KubeReads,
  services: readonly Service[],
  namespace: string,
): Promise<readonly Owned[]> {
  const nodes = (await kube.list("Node")).flatMap(({ status }) => status?.addresses ?? []);
  return services
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap(({ spec: { ports = [] }, metadata }) =>
      ports.flatMap(({ nodePort }) =>
        nodePort === undefined
          ? []
          : nodes.map(({ address }): Owned => [`${address}:${String(nodePort)}`, `Service ${metadata.name}`]),
      ),
    );
}

function takenBy(
  { metadata: { name, namespace = "" } }: Service,
  { field, taken, owner }: { readonly field: string; readonly taken: string; readonly owner: string },
): EnvironmentError {
  return new EnvironmentError({
    message: `Service ${name} in namespace ${namespace} takes what is sent to ${taken}, which is the address of ${owner} (${field}): what answers there proves nothing.`,
    lastSeen: `${field}: ${taken}`,
    hint: `Whose is it? kubectl -n ${namespace} get service ${name} -o yaml; without it, check again`,
  });
}
