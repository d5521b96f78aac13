import { EnvironmentError } from "../errors.ts";
import { differsAt } from "./as-sent.ts";
import type { Container, Job, Pod, PodSpec } from "./objects.ts";

type Stored = Container & { readonly env?: readonly { readonly name: string }[] };

/** Where the token is that every pod is given. */
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const tokenVolume = "kube-api-access-";
/** What a Job's controller tells a pod of an Indexed Job. */
const indexName = "JOB_COMPLETION_INDEX";

/**
 * Where a pod says something else than the template that a controller made it from; undefined when it says the same,
 * but for what it is given to run with: its token, its index, and the bounds of its namespace.
 */
export function differsFromTemplate(pod: Pod, template: PodSpec): string | undefined {
  const { hostname, volumes = [], containers, initContainers = [], ...spec } = pod.spec as Named;
  const own = volumes.filter(({ name }) => !name.startsWith(tokenVolume));
  const bare = {
    ...spec,
    containers: bareOf(containers, template.containers),
    ...(initContainers.length > 0 && {
      initContainers: bareOf(initContainers, template.initContainers ?? []),
    }),
    ...(own.length > 0 && { volumes: own }),
    ...("hostname" in template && { hostname }),
  };
  return differsAt({ ...pod, spec: bare }, { ...pod, spec: template });
}

type Named = PodSpec & { readonly hostname?: string };

function bareOf(stored: readonly Stored[], template: readonly Container[]): readonly object[] {
  return stored.map(({ volumeMounts = [], env = [], ...container }, index) => {
    const mounts = volumeMounts.filter(({ mountPath }) => mountPath !== tokenPath);
    const told = env.filter(({ name }) => name !== indexName);
    return {
      ...container,
      resources: template[index]?.resources,
      ...(mounts.length > 0 && { volumeMounts: mounts }),
      ...(told.length > 0 && { env: told }),
    };
  });
}

/**
 * That a Job of labctl's own which is Complete has done what its template says.
 * @throws EnvironmentError when somebody had its pods do something else, or none of them has succeeded.
 */
export function requireRun({ metadata, spec }: Job, pods: readonly Pod[]): void {
  const places = pods.map((pod) => differsFromTemplate(pod, spec.template.spec));
  const changed = places.find((place) => place !== undefined);
  const hasRun = pods.some(({ status }) => status?.phase === "Succeeded");
  if (hasRun && changed === undefined) return;
  const seen =
    changed === undefined
      ? "no pod of it has succeeded"
      : `a pod of it differs from its template, at ${changed}`;
  throw new EnvironmentError({
    message: `labctl's own Job ${metadata.name} is Complete without having run what it says: ${seen}.`,
    lastSeen: seen,
    hint: "Who rewrites pods? kubectl get mutatingadmissionpolicies,mutatingwebhookconfigurations, then check again",
  });
}
