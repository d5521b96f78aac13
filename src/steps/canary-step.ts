import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import { isReady } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { Pod } from "../kube/objects.ts";
import { loadManifests } from "../manifests/load-manifests.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { readyCanaries, strangeCanaries } from "../probe/canaries.ts";
import type { Step, StepContext } from "./step.ts";

/** Swapped addresses of all nodes are followed within this, with room for a slow machine. */
const servesWithinMs = 240_000;
/** A node that takes longer is not on its way up. */
const repairAfterMs = 45_000;
const workers = 2;
/** The question of manifests/canary, asked now instead of read from what a node said a while ago. */
const question = "http://kube-dns.kube-system.svc.cluster.local:9153/metrics";

/** A pod on each worker resolves a name and is served through a Service: what "up" means. */
export const canaryStep: Step = {
  title: "A pod on each worker is served through a Service",
  isDone: async (context) => (await unserved(await context.kube(), folderOf(context))).length === 0,
  ensure: async (context, step) => {
    const { deps } = context;
    const kube = await context.kube();
    for (const object of await loadManifests(folderOf(context))) {
      await kube.apply(object);
    }
    // The DaemonSet makes them anew; of an image that was pushed anew it does not hear.
    for (const { metadata } of await strangeCanaries(kube, folderOf(context)))
      await kube.remove({ kind: "Pod", name: metadata.name, namespace: systemNamespace });
    const started = deps.clock.elapsed();
    let isRepaired = false;
    const waited = await createWait(
      deps.clock,
      kube,
    )({
      observe: async () => {
        const value = await unserved(kube, folderOf(context));
        if (value.length > 0 && !isRepaired && deps.clock.elapsed() - started >= repairAfterMs) {
          await restartKubeProxy(kube);
          isRepaired = true;
        }
        step.detail(value.join("; "));
        return { done: value.length === 0, value };
      },
      watch: ["Pod"],
      namespace: systemNamespace,
      withinMs: servesWithinMs,
      signal: deps.signal,
    });
    if (!waited.done) throw notServed(waited.value, context);
  },
};

function folderOf({ deps }: StepContext): string {
  return join(deps.places.project, "manifests", "canary");
}

/**
 * Where a canary is not Ready, kube-proxy is started anew, and writes all its rules again: in a cluster that was made
 * when images/kubernetes had no names of protocols it can have removed Services, and never misses them.
 */
async function restartKubeProxy(kube: Kube): Promise<void> {
  const canaries = await kube.list("Pod", { namespace: systemNamespace, labelSelector: "app=canary" });
  const nodes = canaries.filter((pod) => !isReady(pod)).map(({ spec }) => spec.nodeName);
  const where = { namespace: "kube-system", labelSelector: "k8s-app=kube-proxy" };
  const proxies = (await kube.list("Pod", where)).filter(({ spec }) => nodes.includes(spec.nodeName));
  for (const { metadata } of proxies)
    await kube.remove({ kind: "Pod", name: metadata.name, namespace: where.namespace });
}

/** What is missing, in words; empty when every worker's canary is served. */
async function unserved(kube: Kube, folder: string): Promise<readonly string[]> {
  const running = (await readyCanaries(kube, folder)).map(({ pod }) => pod);
  if (running.length < workers)
    return [`${String(running.length)} of ${String(workers)} canary pods are ready`];
  const answers = await Promise.all(running.map((pod) => isServed(kube, pod)));
  return running.flatMap((pod, index) =>
    answers[index] === true
      ? []
      : [`${pod.metadata.name} on ${pod.spec.nodeName ?? "no node"} is not served`],
  );
}

async function isServed(kube: Kube, pod: Pod): Promise<boolean> {
  const { name } = pod.metadata;
  const [asked] = await Promise.allSettled([
    kube.exec({ namespace: systemNamespace, name }, ["curl", "-sf", "-o", "/dev/null", "-m", "2", question]),
  ]);
  // A node that is still coming back refuses the exec; that is a "no", and the next look asks again.
  return asked.status === "fulfilled" && asked.value.exitCode === 0;
}

function notServed(missing: readonly string[], { platform }: StepContext): EnvironmentError {
  return new EnvironmentError({
    message: `The cluster ${platform.cluster.name} does not serve its pods yet, after ${String(servesWithinMs / 1000)} s.`,
    lastSeen: missing.join("; "),
    hint: `kubectl --kubeconfig ${platform.cluster.kubeconfig} get pods --all-namespaces`,
  });
}
