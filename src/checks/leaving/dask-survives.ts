import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { Pod } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { lastWords, withDaskClient, type Client, type Told } from "./dask-client.ts";
import { sharesOf, type Share } from "./dask-record.ts";
import { daskCluster } from "./dask-scheduler.ts";
import { drawNumbers, sumOfSquares } from "./dask-sums.ts";
import { requireDaskWorkers } from "./required-workers.ts";
import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import { requireSteadyPods } from "../resilience/steady.ts";

const spec = z.strictObject({
  kind: z.literal("dask-survives"),
  ...daskCluster,
  image: z
    .string()
    .min(1)
    .describe("Of labctl's client: Python with the versions that the cluster has to have."),
});

type Spec = z.infer<typeof spec>;

/** Eight rounds of a second each, whatever the number of threads: time enough to lose a worker in the middle. */
const rounds = 8;
const secondsEach = 1;
/** Seconds until the answer has to be there, with a worker less. */
const within = 90;

/** An experiment: a worker that has done part of the work is lost with what it has done. */
export const daskSurvives = defineCheck({
  kind: "dask-survives",
  summary:
    "An experiment: a worker that has run part of a computation is killed before its end; the answer is right all the same, and the worker is replaced.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const { deployment } = wanted;
    const steady = await requireSteadyPods(context, deployment);
    if (!steady.ok) return steady.findings;
    const { ready } = steady.pods;
    const found = await requireDaskWorkers(context, { ...wanted, atLeast: ready.length });
    if (!found.ok) return found.findings;
    const threads = [...found.byPod.values()].flat().reduce((sum, worker) => sum + worker.threads, 0);
    const parts = rounds * threads;
    const numbers = drawNumbers(context.nonce(), parts * 8);
    const computation = {
      address: `${wanted.service}:${String(wanted.port)}`,
      ...{ numbers, parts, seconds: secondsEach, tellAfter: 2 * threads, within },
    };
    const run = { image: wanted.image, computation, when: "started" } as const;
    const lost = { wanted, pods: ready, parts, expected: sumOfSquares(numbers) };
    const findings = await withDaskClient(context, run, (client) => loseOne(context, client, lost));
    await awaitSteadyPods(context, deployment);
    if (findings.length > 0) return findings;
    const again = await requireDaskWorkers(context, { ...wanted, atLeast: ready.length });
    return again.ok ? [] : again.findings;
  },
});

interface Loss {
  readonly wanted: Spec;
  /** The Ready pods of the workers' Deployment before. */
  readonly pods: readonly Pod[];
  readonly parts: number;
  readonly expected: number;
}

async function loseOne(context: CheckContext, client: Client, loss: Loss): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const halfway = await listen(context, client, ({ ran, error }) => (ran ?? error) !== undefined);
  if (halfway.error !== undefined) return [broken(context, loss, { error: halfway.error })];
  const victim = busiest(sharesOf(halfway, loss.pods));
  if (halfway.answer !== undefined || victim?.pod === undefined) throw tooSoon(halfway);
  context.announce(`killing pod ${victim.pod}, which has run ${String(victim.tasks.length)} tasks by now`);
  const started = context.clock.now();
  await kube.remove({ kind: "Pod", namespace, name: victim.pod }, { graceSeconds: 0 });
  await listen(context, client, ({ answer, error }) => (answer ?? error) !== undefined);
  const seconds = Math.round((context.clock.now() - started) / 1000);
  return judge(context, { ...loss, victim, seconds, told: await lastWords(client) });
}

/** Waits until the client has told what is asked for. */
async function listen(
  { wait, signal }: CheckContext,
  client: Client,
  enough: (told: Told) => boolean,
): Promise<Told> {
  const { value } = await wait({
    observe: async () => {
      const value = await client.told();
      return { done: enough(value), value };
    },
    withinMs: (within + 30) * 1000,
    everyMs: 500,
    signal,
  });
  return value;
}

/** Whose loss costs most. */
function busiest(shares: readonly Share[]): Share | undefined {
  const own = shares.filter(({ pod }) => pod !== undefined);
  return own.toSorted((one, other) => other.tasks.length - one.tasks.length)[0];
}

interface Judged extends Loss {
  readonly victim: Share;
  /** From the kill to the answer. */
  readonly seconds: number;
  readonly told: Told;
}

function judge(context: CheckContext, judged: Judged): readonly CheckFinding[] {
  const { victim, told, expected, pods, parts, seconds } = judged;
  if (told.error !== undefined) return [broken(context, judged, { error: told.error, victim })];
  const before = sharesOf(told, pods).find(({ address }) => address === victim.address);
  if (!before || told.known?.includes(victim.address)) throw tooSoon(told);
  if (told.answer !== expected) return [wrong(context, judged)];
  const all = (told.ran ?? []).map(([, key]) => key);
  const again = all.length - new Set(all).size;
  context.observed(
    `Worker ${victim.pod ?? victim.address} was killed after it had run ${String(before.tasks.length)} of ${String(parts)} tasks; ${String(again)} were run again, and the right answer came ${String(seconds)} s later.`,
  );
  return [];
}

function broken(
  { namespace }: CheckContext,
  { wanted }: Loss,
  { error, victim }: { readonly error: string; readonly victim?: Share },
): CheckFinding {
  const { service, port } = wanted;
  const when = victim
    ? `Worker ${victim.pod ?? victim.address} was killed in the middle of a computation, and the answer never came`
    : `labctl's client at ${service}:${String(port)} got no answer`;
  return {
    object: `Service/${service}`,
    expected: "the right answer, with a worker less",
    actual: error,
    message: `${when}: ${error}`,
    next: `kubectl -n ${namespace} logs deployment/${service} --tail=20`,
  };
}

function wrong({ namespace }: CheckContext, { wanted, victim, told, expected }: Judged): CheckFinding {
  return {
    object: `Service/${wanted.service}`,
    expected: String(expected),
    actual: String(told.answer),
    message: `After worker ${victim.pod ?? victim.address} was killed in the middle, the cluster says ${String(told.answer)} instead of ${String(expected)}.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}

function tooSoon(told: Told): EnvironmentError {
  const tasks = String(told.ran?.length ?? 0);
  return new EnvironmentError({
    message:
      "No worker could be killed in the middle of the computation: it was over too soon, or had not begun.",
    lastSeen: `${tasks} tasks in the scheduler's record; workers ${(told.known ?? []).join(", ")}`,
    hint: "Check again; on a busy machine the moment can be missed.",
  });
}
