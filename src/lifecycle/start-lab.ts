import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import { readDeploymentPods } from "../kube/deployment-pods.ts";
import type { Kube } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import { labSteps } from "../steps/index.ts";
import { allDone, runSteps } from "../steps/run.ts";
import type { Progress, StepProgress } from "../terminal/progress.ts";
import { ensureNamespace, hasNamespace } from "./lab-namespace.ts";
import { prepareNodes, restoreForsakenNodes } from "./lab-nodes.ts";
import { labLabels, type LabRun } from "./lab-run.ts";
import { loadStartObjects, loadStartSteps } from "../lab/load.ts";
import { runLabSteps, toolsOf } from "./run-lab-steps.ts";
import { recordDeployments } from "./record-deployments.ts";
import { requireMemory } from "./require-memory.ts";
import { recordReleases } from "./record-releases.ts";
import { readOwnState } from "./own-state.ts";
import { putLabState, type LabState } from "../records/state.ts";

/** What start/ brings is small and its images are in the lab registry. */
const readyWithinMs = 180_000;

export interface StartedLab {
  readonly state: LabState;
  /** The lab was there already, and was left as it is. */
  readonly already: boolean;
}

/** Brings what the lab needs, its namespace and its objects; a lab that was started is left as the student has it. */
export async function startLab(run: LabRun, progress: Progress): Promise<StartedLab> {
  const kube = await run.context.kube();
  const state = await readOwnState(run, kube);
  const already = state !== undefined && (await hasNamespace(kube, run.namespace));
  if (!already) await requireMemory(run);
  await ensureNeeds(run, progress);
  if (already) return { state, already };
  const steps = await loadStartSteps(run.lab);
  if (steps) await run.context.platform.ensureTools(toolsOf(steps.steps), progress);
  return progress.step(`Lab ${run.lab.id} in namespace ${run.namespace}`, async (step) => {
    await ensureNamespace(run, kube, step);
    await restoreForsakenNodes(kube);
    await prepareNodes(run, kube);
    await applyStart(run, kube, step);
    let podUids = await waitForPods(run, kube, step);
    if (steps) {
      await runLabSteps(run, steps, step);
      podUids = await waitForPods(run, kube, step);
    }
    const fresh = {
      ...newState(run, podUids),
      releases: await recordReleases(kube, run.namespace),
      deploymentUids: await recordDeployments(kube, run.namespace),
    };
    await putLabState(kube, fresh);
    return { state: fresh, already: false };
  });
}

/** Images and add-ons are shared by all labs: one labctl at a time brings them, and none waits where all are there. */
async function ensureNeeds({ lab, context }: LabRun, progress: Progress): Promise<void> {
  const steps = labSteps(lab.needs);
  if (await allDone(steps, context)) return;
  await context.deps.exclusive(() => runSteps(steps, context, progress));
}

async function applyStart(run: LabRun, kube: Kube, step: StepProgress): Promise<void> {
  for (const object of await loadStartObjects(run.lab)) {
    step.detail(`applying ${object.kind}/${object.metadata.name}`);
    await kube.apply(withLabels(object, labLabels(run)), run.namespace);
  }
}

function withLabels(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } } };
}

function newState({ lab, namespace, context }: LabRun, podUids: LabState["podUids"]): LabState {
  return {
    lab: lab.id,
    namespace,
    startedAt: new Date(context.deps.clock.now()).toISOString(),
    seed: context.deps.random(8),
    podUids,
    quiz: {},
    hints: {},
  };
}

/** The UIDs of the Ready pods of each Deployment that the lab waits for. @throws EnvironmentError when they stay unready. */
async function waitForPods(run: LabRun, kube: Kube, step: StepProgress): Promise<LabState["podUids"]> {
  const { clock, signal } = run.context.deps;
  const names = run.lab.start.ready;
  const waited = await createWait(
    clock,
    kube,
  )({
    observe: async () => {
      const seen = await Promise.all(names.map((name) => readyPods(kube, run.namespace, name)));
      const late = seen.filter(({ ready }) => !ready).map(({ name }) => name);
      if (late.length > 0) step.detail(`waiting for ${late.join(", ")}`);
      return { done: late.length === 0, value: { seen, late } };
    },
    watch: ["Deployment", "Pod"],
    namespace: run.namespace,
    withinMs: readyWithinMs,
    signal,
  });
  if (waited.done) return Object.fromEntries(waited.value.seen.map(({ name, uids }) => [name, uids]));
  throw new EnvironmentError({
    message: `Lab ${run.lab.id} did not become ready within ${String(readyWithinMs / 1000)} s.`,
    lastSeen: `not ready: ${waited.value.late.map((name) => `Deployment/${name}`).join(", ")}`,
    hint: `Look at its pods: kubectl get pods --namespace ${run.namespace}`,
  });
}

interface ReadyPods {
  readonly name: string;
  readonly ready: boolean;
  readonly uids: readonly string[];
}

async function readyPods(kube: Kube, namespace: string, name: string): Promise<ReadyPods> {
  const seen = await readDeploymentPods(kube, { namespace, name });
  if (!seen) return { name, ready: false, uids: [] };
  const replicas = seen.deployment.spec.replicas ?? 1;
  const uids = seen.ready.flatMap(({ metadata }) => metadata.uid ?? []);
  return { name, ready: uids.length === replicas && seen.live.length === replicas, uids };
}
