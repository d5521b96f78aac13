import { z } from "zod";
import type { Jupyter } from "../../jupyter/jupyter.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { jupyterFields, jupyterUrl, requireJupyter, type FoundJupyter } from "./jupyter-server.ts";
import { lookForFile } from "./jupyter-volume.ts";
import { replaceOne } from "../resilience/replacement.ts";

const spec = z.strictObject({
  kind: z.literal("jupyter-persist"),
  ...jupyterFields,
  image: z.string().min(1).describe("What labctl's own pod looks into the claim with: has `find`, as root."),
  withinSeconds: z.int().positive().default(90).describe("How long the next pod may take."),
});

type Spec = z.infer<typeof spec>;

/** Its text is new each time; under one name, so that what a killed check left is written over. */
const file = "labctl-was-here.txt";
/** In a kernel: the server's own delete moves a file to the trash, which is on the student's volume, too. */
const tidyUp = `import os\nos.remove("${file}")\nos.rmdir(".ipynb_checkpoints")`;
const tidyMs = 30_000;
/** Milliseconds until the next pod, which is Ready, is the one that answers. */
const answersMs = 30_000;

/** An experiment: a file is saved, its pod is deleted, and the next one has to have it. */
export const jupyterPersist = defineCheck({
  kind: "jupyter-persist",
  summary:
    "An experiment: a file saved through a Jupyter server's API is on a PersistentVolumeClaim, and is still there after the pod was deleted.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await requireJupyter(context, wanted);
    if (!found.ok) return found.findings;
    const text = `${context.nonce()} ${context.nonce()}`;
    const written = await found.jupyter.writeFile(file, text);
    if (!written.ok) return [notWritten(context, wanted, written.why)];
    try {
      return await survive(context, { wanted, found, text });
    } finally {
      await found.jupyter.execute(tidyUp, { withinMs: tidyMs });
    }
  },
});

interface Saved {
  readonly wanted: Spec;
  readonly found: Extract<FoundJupyter, { ok: true }>;
  readonly text: string;
}

async function survive(
  context: CheckContext,
  { wanted, found, text }: Saved,
): Promise<readonly CheckFinding[]> {
  const { deployment, image, withinSeconds } = wanted;
  const { jupyter, pods, status } = found;
  const [pod] = pods.ready;
  if (!pod) return [];
  const misplaced = await lookForFile(context, { deployment, pod, jupyter, file, text, image });
  if (misplaced.length > 0) return misplaced;
  const lost = { deployment, replicas: { atLeast: 1 }, withinSeconds };
  const after = await replaceOne(context, lost, {
    doing: "deleting",
    done: "deleted",
    take: (victim) => context.kube.remove({ kind: "Pod", ...victim }),
  });
  if (!after.ok) return after.findings;
  const tookMs = await awaitAnotherServer(context, jupyter, status.started);
  if (tookMs === undefined) return [notBack(context, wanted)];
  const read = await jupyter.readFile(file);
  if (read.ok && read.value === text) {
    context.observed("The file was there when the next pod answered.");
    return [];
  }
  return [gone(context, wanted, read.ok ? "another text" : read.why)];
}

/** How long the next server process took to answer; undefined when it did not in time. */
async function awaitAnotherServer(
  { wait, signal }: CheckContext,
  jupyter: Jupyter,
  before: string,
): Promise<number | undefined> {
  const waited = await wait({
    observe: async () => {
      const value = await jupyter.status();
      return { done: value.ok && value.value.started !== before, value };
    },
    withinMs: answersMs,
    signal,
  });
  return waited.done ? waited.tookMs : undefined;
}

function notWritten({ namespace }: CheckContext, wanted: Spec, why: string): CheckFinding {
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: `a file can be saved at ${jupyterUrl(wanted)}`,
    actual: why,
    message: `JupyterLab cannot save a file: ${why}. Does the folder that it works in belong to the user that it runs as?`,
    next: `kubectl -n ${namespace} exec deployment/${wanted.deployment} -- sh -c 'id; ls -lad .'`,
  };
}

function notBack({ namespace }: CheckContext, wanted: Spec): CheckFinding {
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: `the next pod answers at ${jupyterUrl(wanted)}`,
    actual: "no answer of another server",
    message: `labctl deleted the pod, the next one is Ready, and ${String(answersMs / 1000)} s later it does not answer at ${jupyterUrl(wanted)}. Without a readiness probe a pod is Ready before its server is.`,
    next: `kubectl -n ${namespace} get pods,endpointslices`,
  };
}

function gone({ namespace }: CheckContext, wanted: Spec, actual: string): CheckFinding {
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: "the file that was saved before",
    actual,
    message: `A file that labctl saved in JupyterLab was gone after its pod was deleted: ${actual}.`,
    next: `kubectl -n ${namespace} describe deployment ${wanted.deployment}`,
  };
}
