import { z } from "zod";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import type { Hub, HubAnswer } from "./hub.ts";
import { asHubUser, clusterId, gatewayPrefix, openGateway } from "./hub-gateway.ts";
import { startServer } from "./hub-server.ts";
import { logIn, type HubSession } from "./hub-session.ts";
import { findHubAndUsers, hubSpec } from "./hub-users.ts";

const spec = z.strictObject({
  kind: z.literal("hub-isolation"),
  ...hubSpec,
  gateway: gatewayPrefix,
});

/** An experiment: it makes a cluster for one user, tries to get at it as others, and shuts it down. */
export const hubIsolation = defineCheck({
  kind: "hub-isolation",
  summary:
    "An experiment: a user's token opens the user's own server and cluster, and neither the other user's nor, left out, anybody's.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findHubAndUsers(context, wanted);
    if (!found.ok) return found.findings;
    const { hub, users } = found;
    const [one, other] = users;
    const first = await logIn(context, hub, one);
    if (!first.ok) return first.findings;
    await using owner = first.session;
    const second = await logIn(context, hub, other);
    if (!second.ok) return second.findings;
    await using neighbour = second.session;
    const late = await startServer(context, hub, owner);
    if (late) return [late];
    const tried: Tried = { context, hub, prefix: wanted.gateway, owner, neighbour };
    const findings = (await tryServer(tried)) ?? (await tryCluster(tried));
    if (findings) return [findings];
    context.observed(`nothing of ${one.name}'s opened for ${other.name}, nor for who has no token`);
    return [];
  },
});

interface Tried {
  readonly context: CheckContext;
  readonly hub: Hub;
  readonly prefix: string;
  readonly owner: HubSession;
  readonly neighbour: HubSession;
}

async function tryServer({ context, hub, owner, neighbour }: Tried): Promise<CheckFinding | undefined> {
  const { name } = owner.user;
  const path = `/user/${encodeURIComponent(name)}/api/contents`;
  const ask = (token?: string): Promise<HubAnswer> =>
    hub.ask({ path, authorization: token === undefined ? undefined : `token ${token}` });
  context.announce(`trying to get into the server of ${name} with the token of ${neighbour.user.name}`);
  const own = await ask(owner.token);
  const about = { object: `User/${name}`, next: `curl --head ${hub.url}:8080${path}` };
  if (own.status !== 200) {
    const message = `Not even the token of ${name} opens the server of ${name}: ${own.why}.`;
    return { ...about, expected: "status 200", actual: own.why, message };
  }
  const intruders = [
    { who: `the token of ${neighbour.user.name}`, answer: await ask(neighbour.token) },
    { who: "no token at all", answer: await ask() },
  ];
  const open = intruders.find(({ answer }) => answer.status === 200);
  if (!open) return undefined;
  const message = `The server of ${name} opens with ${open.who}: the files of ${name} are there to be read and to be changed.`;
  return { ...about, expected: `only ${name} gets in`, actual: `${open.who} gets in`, message };
}

async function tryCluster(tried: Tried): Promise<CheckFinding | undefined> {
  const { context, hub, prefix, owner } = tried;
  const { name } = owner.user;
  const own = openGateway(hub, prefix, asHubUser(owner));
  context.announce(`making a cluster for ${name}, and trying to get at it as others`);
  const made = await own.create();
  if (made.name === undefined) return (await noCluster(tried, made)) ?? refused(tried, made);
  try {
    const read = await until(context, () => own.read(made.name ?? ""));
    if (read.status !== 200) return refused(tried, read);
    return await tryAll(tried, made.name);
  } finally {
    await own.stop(made.name);
  }
}

/** Milliseconds until the gateway has seen what it made. */
const seenWithinMs = 10_000;

async function until(context: CheckContext, read: () => Promise<HubAnswer>): Promise<HubAnswer> {
  const waited = await context.wait({
    observe: async () => {
      const value = await read();
      return { done: value.status === 200, value };
    },
    withinMs: seenWithinMs,
    signal: context.signal,
  });
  return waited.value;
}

async function tryAll(
  { context, hub, prefix, owner, neighbour }: Tried,
  cluster: string,
): Promise<CheckFinding | undefined> {
  const { name } = owner.user;
  const intruders = [
    { who: `the token of ${neighbour.user.name}`, header: asHubUser(neighbour) },
    { who: `no more than the name ${name}`, header: byName(name) },
    { who: "no token at all", header: undefined },
  ];
  for (const { who, header } of intruders) {
    const gateway = openGateway(hub, prefix, header);
    const acts = [
      { does: "read", answer: await gateway.read(cluster) },
      { does: "scale", answer: await gateway.scale(cluster, 0) },
      { does: "stop", answer: await gateway.stop(cluster) },
    ];
    const done = acts.find(({ answer }) => answer.status >= 200 && answer.status < 300);
    const seen = (await gateway.names()).includes(cluster);
    if (!done && !seen) continue;
    const does = done?.does ?? "find";
    const message = `Whoever has ${who} can ${does} the cluster of ${name}: the gateway does not ask the hub who that is.`;
    return {
      ...{
        object: `DaskCluster/${clusterId(cluster)}`,
        expected: `only ${name} gets at it`,
        actual: `${who}: ${does}`,
      },
      ...{ message, next: `kubectl -n ${context.namespace} get daskclusters` },
    };
  }
  return undefined;
}

/** How somebody says a name and proves nothing: https://gateway.dask.org/authentication.html (simple). */
function byName(name: string): string {
  return `Basic ${Buffer.from(`${name}:`).toString("base64")}`;
}

/** A gateway that takes no token of the hub's: does it take any name? */
async function noCluster(
  { context, hub, prefix, owner }: Tried,
  made: HubAnswer,
): Promise<CheckFinding | undefined> {
  const { name } = owner.user;
  const anybody = await openGateway(hub, prefix, byName(name)).create();
  if (anybody.name === undefined) return undefined;
  await openGateway(hub, prefix, byName(name)).stop(anybody.name);
  const message = `The gateway makes a cluster of ${name}'s for whoever gives the name ${name}, and takes no token of the hub (${made.why}): it does not ask the hub who somebody is.`;
  return {
    ...{ object: "Deployment/api", path: "dask-gateway.gateway.auth.type" },
    ...{ expected: "jupyterhub", actual: "simple", message },
    next: `helm -n ${context.namespace} get values --all $(helm -n ${context.namespace} list --short)`,
  };
}

function refused({ context, hub, prefix, owner }: Tried, answer: HubAnswer): CheckFinding {
  const { name } = owner.user;
  return {
    object: `User/${name}`,
    expected: `a cluster of ${name}'s own`,
    actual: answer.why,
    message: `The gateway at ${hub.url}${prefix} makes no cluster for the token of ${name}: ${answer.why}.`,
    next: `kubectl -n ${context.namespace} logs --selector app=dask-gateway --tail 20`,
  };
}
