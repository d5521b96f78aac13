import { readDeploymentPods } from "../kube/deployment-pods.ts";
import type { Container } from "../kube/objects.ts";
import type { Cause } from "./cause.ts";
import { deploymentCause } from "./deployment-cause.ts";
import type { PodCauseContext } from "./pod-cause.ts";

interface Asked {
  readonly namespace: string;
  /** The Deployment that writes into the database. */
  readonly worker: string;
  /** The database's own Service. */
  readonly service: string;
}

/** Why what a worker ought to write does not get into the database: it is not there, asks a wrong name, or says why. */
export async function workerCause(context: PodCauseContext, asked: Asked): Promise<Cause> {
  const { kube } = context;
  const { namespace, worker } = asked;
  const next = `kubectl -n ${namespace} logs deployment/${worker}`;
  const pods = await readDeploymentPods(kube, { namespace, name: worker });
  if (!pods) {
    const message = `There is no Deployment ${worker} in namespace ${namespace}.`;
    return {
      reason: "no-worker",
      message,
      actual: "no worker",
      next: `kubectl -n ${namespace} get deployments`,
    };
  }
  const [pod] = pods.ready;
  if (!pod) {
    const cause = await deploymentCause(context, pods);
    return { ...cause, message: `Deployment ${worker} has no Ready pod. ${cause.message}` };
  }
  const log = (await kube.logs({ namespace, name: pod.metadata.name }, { tailLines: 1 })).trim();
  const said = log === "" ? "Its log is empty." : `The last line of its log: ${log}.`;
  const wrong = await wrongName(context, asked, pod.spec.containers);
  if (wrong)
    return {
      message: `${wrong} ${said}`,
      reason: "name-leads-nowhere",
      actual: "a name that leads nowhere",
      next,
    };
  return {
    reason: "worker-stuck",
    message: `Deployment ${worker} is running, but does not get it there. ${said}`,
    actual: log || "silence",
    next,
  };
}

/** A setting that names a host of this namespace which no Service has. */
async function wrongName(
  { kube }: PodCauseContext,
  { namespace, worker, service }: Asked,
  containers: readonly Container[],
): Promise<string | undefined> {
  const services = (await kube.list("Service", { namespace })).map(({ metadata }) => metadata.name);
  const hosts = containers.flatMap(({ env = [] }) => env.filter(({ name }) => name === "DATABASE_HOST"));
  const wrong = hosts.find(({ value = "" }) => isShort(value) && !services.includes(value));
  if (wrong?.value === undefined) return undefined;
  return `The worker cannot reach the database: ${wrong.name} of Deployment ${worker} is ${wrong.value}, and there is no Service ${wrong.value} in namespace ${namespace}; the database's Service is ${service}.`;
}

/** A name without a dot is one of its own namespace. */
function isShort(host: string): boolean {
  return host !== "" && !host.includes(".");
}
