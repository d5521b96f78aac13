import { z } from "zod";
import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { lastWords, withDaskClient, type Told } from "./dask-client.ts";
import { describeShares, sharesOf, type Share } from "./dask-record.ts";
import { awaitScheduler, daskCluster } from "./dask-scheduler.ts";
import { drawNumbers, sumOfSquares } from "./dask-sums.ts";
import { differingVersions } from "./dask-versions.ts";
import { inWords, requireDaskWorkers } from "./required-workers.ts";

const spec = z.strictObject({
  kind: z.literal("dask-computes"),
  ...daskCluster,
  image: z
    .string()
    .min(1)
    .describe("Of labctl's client: Python with the versions that the cluster has to have."),
  atLeast: z.int().positive().describe("In so many pods of the Deployment tasks have to run."),
});

type Spec = z.infer<typeof spec>;

/** So many that each of a few workers gets some, and each long enough that none gets them all. */
const parts = 30;
const secondsEach = 0.1;

/** An experiment, since it brings a client of its own: what it asks and what the answer is never leaves labctl. */
export const daskComputes = defineCheck({
  kind: "dask-computes",
  summary:
    "An experiment: a client of labctl's has new numbers computed by a Dask cluster; the answer is right, the versions agree, and workers in so many pods ran tasks by the scheduler's own record.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    // Waits for workers that are still introducing themselves; where they are is for the record to tell.
    const found = await requireDaskWorkers(context, wanted);
    const asked = await awaitScheduler(context, wanted);
    if (!asked.ok) return asked.findings;
    // Without any worker, tasks would wait for ever.
    if (!found.ok && asked.workers.length === 0) return found.findings;
    const numbers = drawNumbers(context.nonce(), parts * 8);
    const computation = {
      address: `${wanted.service}:${String(wanted.port)}`,
      ...{ numbers, parts, seconds: secondsEach, within: 60 },
    };
    context.announce(
      `having ${String(parts)} tasks computed by the scheduler behind Service ${wanted.service}`,
    );
    const run = { image: wanted.image, computation, when: "ended" } as const;
    const told = await withDaskClient(context, run, lastWords);
    return judge(context, { wanted, told, expected: sumOfSquares(numbers) });
  },
});

interface Judged {
  readonly wanted: Spec;
  readonly told: Told;
  readonly expected: number;
}

async function judge(
  context: CheckContext,
  { wanted, told, expected }: Judged,
): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const pods = await kube.list("Pod", { namespace });
  const differing = told.versions ? differingVersions(context, told.versions, pods) : [];
  if (differing.length > 0) return differing;
  if (told.error !== undefined) return [failed(context, wanted, told.error)];
  if (told.answer !== expected) return [wrong(context, wanted, { answer: told.answer, expected })];
  const shares = sharesOf(told, pods);
  const own = await readDeploymentPods(kube, { namespace, name: wanted.deployment });
  const count = shares.reduce((sum, { tasks }) => sum + tasks.length, 0);
  context.observed(`${String(count)} tasks: ${describeShares(shares)}`);
  return tooFew(context, { wanted, shares, own: own?.ready ?? [] });
}

interface Shared {
  readonly wanted: Spec;
  readonly shares: readonly Share[];
  /** The Ready pods of the workers' Deployment. */
  readonly own: readonly Pod[];
}

function tooFew(context: CheckContext, { wanted, shares, own }: Shared): readonly CheckFinding[] {
  const { deployment, service, atLeast } = wanted;
  const isOwn = ({ pod }: Share) => own.some(({ metadata }) => metadata.name === pod);
  const pods = new Set(shares.filter(isOwn).map(({ pod }) => pod));
  const processes = new Set(shares.map(({ process }) => process));
  if (pods.size >= atLeast && processes.size >= atLeast) return [];
  const about = {
    object: `Deployment/${deployment}`,
    expected: `tasks in at least ${String(atLeast)} of its pods`,
    next: `kubectl -n ${context.namespace} get pods -o wide`,
  };
  if (shares.length === 0) {
    const message = `The answer came, but by the record of the scheduler behind Service ${service} no worker ran any task of it: it was computed somewhere else.`;
    return [{ ...about, actual: "no task", message }];
  }
  const names = [...new Set(shares.flatMap(({ pod }) => pod ?? []))];
  const where = names.length === 0 ? "no pod of this namespace" : inWords(names);
  const many = `${String(shares.length)} worker${shares.length === 1 ? "" : "s"}`;
  const one = processes.size === 1 && shares.length > 1 ? ", all of them one process" : "";
  const some = pods.size === 0 ? "None" : `Only ${String(pods.size)}`;
  const belong = names.length > pods.size ? ` ${some} of these belongs to it.` : "";
  const message = `By the scheduler's own record ${many} ran the tasks, in ${where}${one}; tasks have to run in at least ${String(atLeast)} pods of Deployment ${deployment}.${belong}`;
  return [{ ...about, actual: `${many} in ${where}${one}`, message }];
}

function failed({ namespace }: CheckContext, { service, port }: Spec, error: string): CheckFinding {
  return {
    object: `Service/${service}`,
    expected: "an answer",
    actual: error,
    message: `labctl's client at ${service}:${String(port)} got no answer: ${error}`,
    next: `kubectl -n ${namespace} logs deployment/${service} --tail=20`,
  };
}

interface Wrong {
  readonly answer: number | undefined;
  readonly expected: number;
}

function wrong({ namespace }: CheckContext, { service }: Spec, { answer, expected }: Wrong): CheckFinding {
  return {
    object: `Service/${service}`,
    expected: String(expected),
    actual: String(answer),
    message: `The sum of the squares of the numbers that labctl drew is ${String(expected)}, and the cluster says ${String(answer)}.`,
    next: `kubectl -n ${namespace} get pods -o wide`,
  };
}
