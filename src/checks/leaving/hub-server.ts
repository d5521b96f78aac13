import { z } from "zod";
import { podCause } from "../../diagnosis/pod-cause.ts";
import { isLive } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import type { Hub } from "./hub.ts";
import type { HubSession } from "./hub-session.ts";

/** A node that has not the image yet pulls half a gigabyte. */
const withinMs = 150_000;

const userModel = z.object({
  servers: z.record(z.string(), z.object({ ready: z.boolean() })).default({}),
});

/** States that no waiting ends. */
const stuck = [
  ...["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff"],
  ...["CreateContainerConfigError", "CreateContainerError", "RunContainerError"],
];

/**
 * Starts the user's server where it does not run, and waits until the hub calls it ready. It goes on running, as after
 * any login.
 * @returns why it did not get there; undefined when it did.
 */
export async function startServer(
  context: CheckContext,
  hub: Hub,
  session: HubSession,
): Promise<CheckFinding | undefined> {
  const { name } = session.user;
  const path = `/hub/api/users/${encodeURIComponent(name)}`;
  const authorization = `token ${session.token}`;
  const isReady = async (): Promise<boolean | undefined> => {
    const { json } = await hub.ask({ path, authorization });
    const user = userModel.safeParse(json).data;
    return user ? user.servers[""]?.ready : false;
  };
  if ((await isReady()) === true) return undefined;
  context.announce(`starting the server of ${name}`);
  const asked = await hub.ask({ method: "POST", path: `${path}/server`, authorization });
  // 400: it runs, or is about to.
  if (![201, 202, 400].includes(asked.status)) return notStarted(context, name, asked.why);
  const waited = await context.wait<boolean | undefined>({
    observe: async () => {
      const value = await isReady();
      // A server that is no longer among the user's has failed.
      return { done: value !== false || (await isStuck(context, name)), value };
    },
    watch: ["Pod"],
    namespace: context.namespace,
    withinMs,
    signal: context.signal,
  });
  if (waited.value === true) return undefined;
  return notStarted(context, name, await whatTheHubSays(hub, path, authorization));
}

/** The pod that KubeSpawner has made for a user; undefined where there is none. */
export async function podOfUser({ kube, namespace }: CheckContext, name: string): Promise<Pod | undefined> {
  const pods = await kube.list("Pod", { namespace });
  return pods.find(
    ({ metadata }) =>
      metadata.annotations?.["hub.jupyter.org/username"] === name && metadata.deletionTimestamp === undefined,
  );
}

async function isStuck(context: CheckContext, name: string): Promise<boolean> {
  const pod = await podOfUser(context, name);
  if (!pod) return false;
  const states = (pod.status?.containerStatuses ?? []).map(({ state }) => state);
  const ended = states.some((state) => state?.terminated !== undefined);
  return !isLive(pod) || ended || states.some((state) => stuck.includes(state?.waiting?.reason ?? ""));
}

/** The last event of a start: https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html (progress). */
async function whatTheHubSays(hub: Hub, user: string, authorization: string): Promise<string> {
  const { body } = await hub.ask({ path: `${user}/server/progress`, authorization });
  const messages = [...body.matchAll(/^data: (\{.*\})$/gm)].map(([, json = "{}"]) => {
    return (JSON.parse(json) as { readonly message?: string }).message;
  });
  return messages.findLast((message) => message !== undefined && message !== "") ?? "no word from the hub";
}

async function notStarted(context: CheckContext, name: string, why: string): Promise<CheckFinding> {
  const pod = await podOfUser(context, name);
  const cause = pod && (await podCause(context, pod));
  return {
    object: pod ? `Pod/${pod.metadata.name}` : `User/${name}`,
    expected: `a server of ${name}'s own, ready`,
    actual: cause?.actual ?? why,
    message: `The server of ${name} does not start: ${cause?.message ?? `${why}.`}`,
    next: cause?.next ?? `kubectl -n ${context.namespace} logs deployment/hub --tail 20`,
  };
}
