import type { Cause } from "../../diagnosis/cause.ts";
import { podCause } from "../../diagnosis/pod-cause.ts";
import { isLive, isReady } from "../../kube/deployment-pods.ts";
import type { KubeObject, Pod } from "../../kube/objects.ts";
import { parseQuantity, writeQuantity } from "../../kube/quantity.ts";
import type { CheckContext } from "../check.ts";
import { unreadyDeployment } from "./unready-deployment.ts";

/** The custom resource that Dask Gateway keeps a cluster in. */
export const daskCluster = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster" } as const;

/** What a cluster consists of. */
export interface GatewayPods {
  readonly schedulers: readonly Pod[];
  readonly workers: readonly Pod[];
}

/** A cluster's pods that have not ended. @param id the name of its DaskCluster. */
export async function readGatewayPods({ kube, namespace }: CheckContext, id: string): Promise<GatewayPods> {
  const labelSelector = `gateway.dask.org/cluster=${id}`;
  const pods = (await kube.list("Pod", { namespace, labelSelector })).filter(isLive);
  const of = (component: string): readonly Pod[] =>
    pods.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"] === component);
  return { schedulers: of("dask-scheduler"), workers: of("dask-worker") };
}

interface Wanted {
  /** The name of its DaskCluster. */
  readonly id: string;
  readonly workers: number;
}

/** Why a cluster has not what it should: its pods, the namespace's quota, or the gateway itself. */
export async function gatewayCause(context: CheckContext, wanted: Wanted): Promise<Cause> {
  const { schedulers, workers } = await readGatewayPods(context, wanted.id);
  const unready = [...schedulers, ...workers].find((pod) => !isReady(pod));
  if (unready) return podCause(context, unready);
  return (
    (await refusedPods(context, wanted)) ??
    (await unreadyDeployment(context)) ?? {
      reason: "gateway",
      actual: `${String(workers.length)} workers`,
      message: `The gateway has made ${String(schedulers.length)} scheduler and ${String(workers.length)} workers for the cluster, and says in its log why not more.`,
      next: `kubectl -n ${context.namespace} logs --selector app=dask-gateway --tail 20`,
    }
  );
}

/** Why pods that a cluster lacks will not come: the gateway's own limit, or the namespace's quota. */
export async function refusedPods(
  context: CheckContext,
  { id, workers }: Wanted,
): Promise<Cause | undefined> {
  const { namespace } = context;
  const seen = await readGatewayPods(context, id);
  if (seen.workers.length >= workers) return undefined;
  const cluster = await context.kube.read({ ...daskCluster, name: id, namespace });
  const config = (cluster?.["spec"] as ClusterSpec | undefined)?.config ?? {};
  const limit = config["cluster_max_workers"];
  if (typeof limit === "number" && limit < workers) {
    return {
      reason: "gateway",
      actual: `${String(limit)} at most`,
      message: `The gateway allows a cluster ${String(limit)} worker${limit === 1 ? "" : "s"} at most (cluster_max_workers), and ${String(workers)} are asked for.`,
      next: `kubectl -n ${namespace} get daskcluster ${id} -o yaml`,
    };
  }
  return quotaCause(context, seen.schedulers.length === 0 ? "scheduler" : "worker", config);
}

interface ClusterSpec {
  readonly config?: ClusterConfig;
}

/** Bytes and cores, as the gateway was configured: https://gateway.dask.org/api-server.html */
type ClusterConfig = Readonly<Record<string, unknown>>;

type Amounts = Readonly<Record<string, string>>;

/** A quota's names for what a pod of the gateway asks for. */
function asked(config: ClusterConfig, role: "scheduler" | "worker"): Readonly<Record<string, number>> {
  const amount = (name: string): number => Number(config[`${role}_${name}`] ?? 0);
  return {
    ...{ "requests.memory": amount("memory"), memory: amount("memory") },
    ...{ "limits.memory": amount("memory_limit"), "limits.cpu": amount("cores_limit") },
    ...{ "requests.cpu": amount("cores"), cpu: amount("cores"), pods: 1 },
  };
}

async function quotaCause(
  { kube, namespace }: CheckContext,
  role: "scheduler" | "worker",
  config: ClusterConfig,
): Promise<Cause | undefined> {
  const quotas = await kube.list({ apiVersion: "v1", kind: "ResourceQuota" }, { namespace });
  for (const quota of quotas) {
    for (const [resource, amount] of Object.entries(asked(config, role))) {
      const left = leftOf(quota, resource);
      if (left === undefined || amount <= left) continue;
      const unit = resource.endsWith("memory") ? "memory" : resource;
      const wants = writeQuantity(unit, amount);
      const message = `A ${role} of the cluster asks for ${resource} ${wants}, and the ResourceQuota ${quota.metadata.name} has ${writeQuantity(unit, left)} of it left: Kubernetes makes no such pod.`;
      return {
        ...{ reason: "quota", actual: `no room in the quota for a ${role}`, message },
        next: `kubectl -n ${namespace} describe resourcequota ${quota.metadata.name}`,
      };
    }
  }
  return undefined;
}

function leftOf({ status }: KubeObject, resource: string): number | undefined {
  const { hard, used } = (status ?? {}) as { readonly hard?: Amounts; readonly used?: Amounts };
  if (hard?.[resource] === undefined) return undefined;
  return parseQuantity(hard[resource]) - parseQuantity(used?.[resource]);
}
