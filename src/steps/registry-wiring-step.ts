import type { NodeRegistry } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/objects.ts";
import { digestOf } from "../oci/content-digest.ts";
import { authorization as authorizationOf } from "../registry/registry-login.ts";
import { createWait } from "../wait.ts";
import type { Step, StepContext } from "./step.ts";

/** What manifests name, whatever port the registry has on this machine. */
const manifestHost = "localhost:5001";
/** A cluster that was just started answers after this long at the latest. */
const answersWithinMs = 120_000;

/**
 * Nodes pull `localhost:<port>/…` from the registry's container, and tools find the registry announced:
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry
 */
export const registryWiringStep: Step = {
  title: "Registry known to every node",
  isDone: async ({ platform, kube }) => {
    const name = "local-registry-hosting";
    const found = await (await kube()).read({ kind: "ConfigMap", name, namespace: "kube-public" });
    const { authorization } = await forNodes(platform);
    const { metadata, data } = announcement(platform.registry.host, authorization);
    const noted = found?.metadata.annotations?.[loginKey];
    return found?.data?.[dataKey] === data[dataKey] && noted === metadata.annotations?.[loginKey];
  },
  ensure: async (context) => {
    const { platform } = context;
    await platform.registry.connect("kind");
    const hosts = [...new Set([platform.registry.host, manifestHost])];
    const registry = await forNodes(platform);
    for (const host of hosts) await platform.cluster.trustRegistry(host, registry);
    await waitForApi(context);
    await (await context.kube()).apply(announcement(platform.registry.host, registry.authorization));
  },
};

async function forNodes({ registry }: StepContext["platform"]): Promise<NodeRegistry> {
  return { container: registry.container, authorization: authorizationOf(await registry.login()) };
}

interface Announcement extends KubeObject {
  readonly data: Readonly<Record<typeof dataKey, string>>;
}

const dataKey = "localRegistryHosting.v1";
/** Tells which login the nodes were given, and gives nobody the word. */
const loginKey = "labctl.dev/login";

function announcement(host: string, login: string): Announcement {
  const annotations = { [loginKey]: digestOf(login) };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "local-registry-hosting", namespace: "kube-public", annotations },
    data: { [dataKey]: `host: "${host}"\nhelp: "https://kind.sigs.k8s.io/docs/user/local-registry/"\n` },
  };
}

async function waitForApi({ deps, kube }: StepContext): Promise<void> {
  const api = await kube();
  const wait = createWait(deps.clock, undefined);
  const answer = (): Promise<unknown> => api.get("/readyz");
  await wait({
    observe: async () => {
      const [look] = await Promise.allSettled([answer()]);
      return { done: look.status === "fulfilled", value: look };
    },
    withinMs: answersWithinMs,
    everyMs: 500,
    signal: deps.signal,
  });
  // The last refusal, where there was no answer.
  await answer();
}
