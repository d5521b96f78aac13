import { z } from "zod";
import { readDeploymentPods } from "../../kube/deployment-pods.ts";
import { openJupyter } from "../../jupyter/open-jupyter.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { sharesOf, describeShares } from "./dask-record.ts";
import { daskCluster } from "./dask-scheduler.ts";
import { parseNotebook, runNotebook, type NotebookRun } from "./dask-notebook-run.ts";
import { drawNumbers, sumOfSquares } from "./dask-sums.ts";
import { missingHere } from "../objects/missing-here.ts";

const spec = z.strictObject({
  kind: z.literal("dask-notebook"),
  ...daskCluster,
  url: z
    .url({ protocol: /^http$/ })
    .describe("Jupyter's page behind the ingress controller, with the slash at its end."),
  secret: z.string().min(1).describe("The Secret with Jupyter's token, under the key token."),
  notebook: z
    .string()
    .regex(/\.ipynb$/)
    .describe(
      "Has a cell tagged parameters that sets `numbers`, and leaves the sum of their squares in `answer`.",
    ),
});

type Spec = z.infer<typeof spec>;

/** An experiment: what runs in the student's Jupyter takes its memory and the workers' time. */
export const daskNotebook = defineCheck({
  kind: "dask-notebook",
  summary:
    "An experiment: a Jupyter server that lets nobody in without its token runs a notebook on new numbers; the answer is right, and the Dask scheduler has a record of the tasks.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const { kube, namespace } = context;
    const secret = await kube.read({ kind: "Secret", namespace, name: wanted.secret });
    const token = Buffer.from(secret?.data?.["token"] ?? "", "base64").toString("utf8");
    if (token === "") return [await missingHere(context, { kind: "Secret", name: wanted.secret })];
    const locked = await whyNotIn(context, wanted, token);
    if (locked) return [locked];
    const jupyter = openJupyter(context, { url: wanted.url, token });
    const file = await jupyter.readFile(wanted.notebook);
    if (!file.ok) return [noNotebook(context, wanted, file.why)];
    const cells = parseNotebook(file.value);
    if (!cells) return [noNotebook(context, wanted, "it has no cell that is tagged parameters")];
    const numbers = drawNumbers(context.nonce(), 240);
    context.announce(`running ${wanted.notebook} in Jupyter on ${String(numbers.length)} numbers`);
    const scheduler = `${wanted.service}:${String(wanted.port)}`;
    const run = await runNotebook({ jupyter, cells, numbers, scheduler, mark: context.nonce() });
    return judge(context, wanted, { run, expected: sumOfSquares(numbers) });
  },
});

/** Jupyter is there, asks for a token, and takes this one. */
async function whyNotIn(
  context: CheckContext,
  { url, secret }: Spec,
  token: string,
): Promise<CheckFinding | undefined> {
  const { namespace } = context;
  const about = { object: `Page/${url}`, expected: "Jupyter, for who has the token" };
  const anybody = await openJupyter(context, { url }).status();
  if (anybody.ok) {
    const message = `Jupyter at ${url} lets in anybody, without a token: whoever finds the page runs programs in the cluster.`;
    const next = `kubectl -n ${namespace} get deployments -o yaml`;
    return { ...about, actual: "open", message, next };
  }
  const known = await openJupyter(context, { url, token }).status();
  if (known.ok) return undefined;
  const isRefused = known.status === 401 || known.status === 403;
  const message = isRefused
    ? `Jupyter at ${url} does not take the token of Secret ${secret}: ${known.why}.`
    : `At ${url} no Jupyter answers: ${known.why}.`;
  return { ...about, actual: known.why, message, next: `kubectl -n ${namespace} get ingress,pods` };
}

function noNotebook({ namespace }: CheckContext, { notebook, url }: Spec, why: string): CheckFinding {
  return {
    object: `Notebook/${notebook}`,
    expected: `the given ${notebook}`,
    actual: why,
    message: `Jupyter at ${url} has no ${notebook} as it was given: ${why}.`,
    next: `helm -n ${namespace} get values dask`,
  };
}

interface Judged {
  readonly run: NotebookRun;
  readonly expected: number;
}

async function judge(
  context: CheckContext,
  { notebook, service, deployment }: Spec,
  { run, expected }: Judged,
): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const about = { object: `Notebook/${notebook}`, expected: String(expected) };
  const next = `kubectl -n ${namespace} logs deployment/${service} --tail=20`;
  if (!run.ok) {
    const message = `${run.where} of ${notebook} failed: ${run.why}`;
    return [{ ...about, actual: run.why, message, next }];
  }
  if (run.answer !== String(expected)) {
    const message = `Asked for the squares of new numbers, ${notebook} ends with ${run.answer} in answer; their sum is ${String(expected)}.`;
    return [{ ...about, actual: run.answer, message, next }];
  }
  const own = await readDeploymentPods(kube, { namespace, name: deployment });
  const shares = sharesOf({ ran: run.ran }, own?.ready ?? []).filter(({ pod }) => pod !== undefined);
  if (shares.length > 0) {
    context.observed(`The notebook's tasks ran on ${describeShares(shares)}`);
    return [];
  }
  const message = `The answer of ${notebook} is right, but the scheduler behind Service ${service} has no record of a task that it sent: the notebook computed it by itself.`;
  return [{ ...about, path: "client", actual: "no task on the workers", message, next }];
}
