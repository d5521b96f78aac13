import { createHash } from "node:crypto";
import { z } from "zod";
import { workerCause } from "../../diagnosis/worker-cause.ts";
import { EnvironmentError } from "../../errors.ts";
import type { Pod } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { requireReadyPods } from "../workloads/ready-pods.ts";
import { containersOf } from "../workloads/running-image.ts";
import { findDatabase, forgetVoter, readStored, type DatabasePod } from "./vote-database.ts";
import { votingFields } from "./voting.ts";

const spec = z.strictObject({
  kind: z.literal("votes-stored"),
  ...votingFields,
  queue: z
    .strictObject({ deployment: z.string().min(1), image: z.string().min(1), stream: z.string().min(1) })
    .describe("The Redis that votes wait in, and its stream."),
});

type Spec = z.infer<typeof spec>;

/**
 * A vote waits for a second, and a worker that looked for a name before there was a Service of that name looks again
 * only when its resolver has given up: after twice 5 s (https://man7.org/linux/man-pages/man5/resolv.conf.5.html).
 */
const storedWithinMs = 30_000;

/** An experiment, since it puts a vote into the queue: the way from there into the database, without any page. */
export const votesStored = defineCheck({
  kind: "votes-stored",
  summary:
    "An experiment: a vote that labctl puts into the queue itself gets into the database, through the worker; it is removed again.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const database = await findDatabase(context, wanted);
    if (!database.ok) return database.findings;
    const { deployment, image } = wanted.queue;
    const found = await requireReadyPods(context, { deployment, replicas: { atLeast: 1 } });
    if (!found.ok) return found.findings;
    const redis = found.pods.ready.flatMap((pod) =>
      containersOf(pod, image, context).map(({ name }) => ({ pod, container: name })),
    )[0];
    if (!redis) return [otherQueue(wanted, context)];
    return tryOne(wanted, context, { redis, database });
  },
});

interface Places {
  readonly redis: { readonly pod: Pod; readonly container: string };
  readonly database: DatabasePod;
}

async function tryOne(wanted: Spec, context: CheckContext, places: Places): Promise<readonly CheckFinding[]> {
  const { stream } = wanted.queue;
  const voter = createHash("sha256").update(context.nonce()).digest("hex").slice(0, 32);
  const [choice = ""] = wanted.choices;
  context.announce("putting a vote into the queue, to see it arrive in the database");
  const entry = await redisCli(context, places, ["XADD", stream, "*", "voter", voter, "choice", choice]);
  try {
    const waited = await context.wait({
      observe: async () => {
        const { ballots } = await readStored(context, places.database, [voter]);
        return { done: ballots[voter] === choice, value: undefined };
      },
      withinMs: storedWithinMs,
      everyMs: 500,
      signal: context.signal,
    });
    return waited.done ? [] : [await notStored(wanted, context)];
  } finally {
    await redisCli(context, places, ["XDEL", stream, entry]);
    await forgetVoter(context, places.database, voter);
  }
}

async function redisCli(
  { kube, namespace, signal }: CheckContext,
  { redis: { pod, container } }: Places,
  command: readonly string[],
): Promise<string> {
  const { name } = pod.metadata;
  const { exitCode, stdout, stderr } = await kube.exec(
    { namespace, name, container },
    ["redis-cli", ...command],
    { signal },
  );
  if (exitCode === 0) return stdout.trim();
  throw new EnvironmentError({
    message: `The queue in pod ${name} cannot be written to.`,
    lastSeen: (stderr + stdout).trim().slice(-300),
    hint: `kubectl -n ${namespace} logs ${name}, then check again`,
  });
}

async function notStored({ worker, database }: Spec, context: CheckContext): Promise<CheckFinding> {
  const { namespace } = context;
  const cause = await workerCause(context, { namespace, worker, service: database.service });
  return {
    object: `Deployment/${worker}`,
    expected: `a vote from the queue in the database within ${String(storedWithinMs / 1000)} s`,
    actual: cause.actual,
    message: `A vote that labctl put into the queue did not get into the database. ${cause.message}`,
    next: cause.next,
  };
}

function otherQueue({ queue: { deployment, image } }: Spec, { namespace }: CheckContext): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.containers[].image",
    expected: image,
    actual: "another image",
    message: `No pod of Deployment ${deployment} runs ${image}, by its digest.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o wide`,
  };
}
