import { z } from "zod";
import { openJupyter } from "../../jupyter/open-jupyter.ts";
import type { Executed, JupyterKernel } from "../../jupyter/jupyter.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import type { Hub } from "./hub.ts";
import { asHubUser, clusterId, gatewayPrefix, openGateway, type Gateway } from "./hub-gateway.ts";
import { gatewayCause, readGatewayPods } from "./gateway-pods.ts";
import { awaitCluster, awaitWorkers, startsWithinMs } from "./gateway-start.ts";
import { computing, drawNumbers, judgeTold, making } from "./gateway-work.ts";
import { startServer } from "./hub-server.ts";
import { logIn, type HubSession } from "./hub-session.ts";
import { findHubAndUsers, hubSpec } from "./hub-users.ts";

const spec = z.strictObject({
  kind: z.literal("gateway-cluster"),
  ...hubSpec,
  gateway: gatewayPrefix,
  workers: z.int().positive().default(2),
});

type Spec = z.infer<typeof spec>;

/** Milliseconds. */
const computesWithinMs = 120_000;
const goneWithinMs = 60_000;

/** An experiment: the cluster that it makes is shut down afterwards. */
export const gatewayCluster = defineCheck({
  kind: "gateway-cluster",
  summary:
    "An experiment: in a user's notebook, Dask Gateway makes a cluster, which scales to so many workers and computes what is right for new numbers on all of them.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findHubAndUsers(context, wanted);
    if (!found.ok) return found.findings;
    const { hub, users } = found;
    const loggedIn = await logIn(context, hub, users[0]);
    if (!loggedIn.ok) return loggedIn.findings;
    await using session = loggedIn.session;
    const late = await startServer(context, hub, session);
    if (late) return [late];
    const gateway = openGateway(hub, wanted.gateway, asHubUser(session));
    const before = await gateway.names();
    try {
      return await inKernel({ wanted, context, hub, session, gateway, before });
    } finally {
      await shutDown(context, gateway, before);
    }
  },
});

interface Work {
  readonly wanted: Spec;
  readonly context: CheckContext;
  readonly hub: Hub;
  readonly session: HubSession;
  readonly gateway: Gateway;
  /** The user's own clusters, which are none of the check's. */
  readonly before: readonly string[];
}

async function inKernel(work: Work): Promise<readonly CheckFinding[]> {
  const { wanted, context, hub, session } = work;
  const { name } = session.user;
  const url = `${hub.url}/user/${encodeURIComponent(name)}/`;
  const started = await openJupyter(context, { url, token: session.token }).startKernel();
  if (!started.ok) return [noKernel(context, name, started.why)];
  await using kernel = started.value;
  context.announce(`making a cluster of ${String(wanted.workers)} workers in a notebook of ${name}'s`);
  const mark = context.nonce();
  const starting = { workers: wanted.workers, id: () => idOfMine(work) };
  const executed = kernel.execute(making(mark, wanted.workers), { withinMs: startsWithinMs });
  const made = await awaitCluster(context, starting, executed);
  const cluster = made.ok ? said(made, mark) : undefined;
  if (typeof cluster !== "string") return [await notMade(work, made)];
  const id = clusterId(cluster);
  const ready = await awaitWorkers(context, { id, workers: wanted.workers });
  if (ready.length < wanted.workers) return [await tooFew(work, id, ready.length)];
  return await compute(
    work,
    kernel,
    ready.map(({ metadata }) => metadata.name),
  );
}

/** Of the cluster that the check has made; undefined before the gateway knows of it. */
async function idOfMine({ gateway, before }: Work): Promise<string | undefined> {
  const mine = (await gateway.names()).find((each) => !before.includes(each));
  return mine === undefined ? undefined : clusterId(mine);
}

async function compute(
  { context, session }: Work,
  kernel: JupyterKernel,
  workers: readonly string[],
): Promise<readonly CheckFinding[]> {
  const numbers = drawNumbers(context.nonce());
  const mark = context.nonce();
  const code = computing(mark, numbers, workers.length);
  const done = await kernel.execute(code, { withinMs: computesWithinMs });
  const finding = judgeTold({ numbers, workers, told: done.ok ? said(done, mark) : undefined, done });
  const next = `kubectl -n ${context.namespace} logs --selector app.kubernetes.io/component=dask-worker --tail 20`;
  if (finding) return [{ object: `User/${session.user.name}`, next, ...finding }];
  context.observed(
    `${String(numbers.length)} numbers computed right for ${session.user.name} on ${workers.join(" and ")}`,
  );
  return [];
}

/** What the code printed behind its mark. */
function said({ output }: Executed, mark: string): unknown {
  const line = output.split("\n").find((each) => each.startsWith(mark));
  return line === undefined ? undefined : JSON.parse(line.slice(mark.length));
}

async function notMade(work: Work, made: Executed): Promise<CheckFinding> {
  const { wanted, context, session } = work;
  const { name } = session.user;
  const why = made.ok ? "it did not say a name" : made.why;
  const id = await idOfMine(work);
  const cause = id === undefined ? undefined : await gatewayCause(context, { id, workers: wanted.workers });
  return {
    object: id === undefined ? `User/${name}` : `DaskCluster/${id}`,
    expected: "a cluster from Gateway().new_cluster()",
    actual: cause?.actual ?? why,
    message: `Gateway().new_cluster() gives ${name} no cluster: ${cause?.message ?? `${why}.`}`,
    next: cause?.next ?? `kubectl -n ${context.namespace} logs --selector app=dask-gateway --tail 20`,
  };
}

async function tooFew({ wanted, context }: Work, id: string, ready: number): Promise<CheckFinding> {
  const cause = await gatewayCause(context, { id, workers: wanted.workers });
  return {
    object: `DaskCluster/${id}`,
    expected: `${String(wanted.workers)} workers`,
    actual: `${String(ready)} Ready: ${cause.actual}`,
    message: `The cluster was scaled to ${String(wanted.workers)} workers and has ${String(ready)}. ${cause.message}`,
    next: cause.next,
  };
}

function noKernel({ namespace }: CheckContext, name: string, why: string): CheckFinding {
  return {
    object: `User/${name}`,
    expected: "a kernel",
    actual: why,
    message: `The server of ${name} starts no kernel: ${why}.`,
    next: `kubectl -n ${namespace} get pods --selector component=singleuser-server`,
  };
}

/** Ends what the notebook has made, and waits until its memory is free again. */
async function shutDown(context: CheckContext, gateway: Gateway, before: readonly string[]): Promise<void> {
  const mine = (await gateway.names()).filter((name) => !before.includes(name));
  for (const cluster of mine) {
    await gateway.stop(cluster);
    await context.wait({
      observe: async () => {
        const { schedulers, workers } = await readGatewayPods(context, clusterId(cluster));
        return { done: schedulers.length + workers.length === 0, value: undefined };
      },
      watch: ["Pod"],
      namespace: context.namespace,
      withinMs: goneWithinMs,
      signal: context.signal,
    });
  }
}
