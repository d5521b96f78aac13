import { putBack } from "../disturb/put-back.ts";
import { readJournal } from "../disturb/journal.ts";
import type { Kube } from "../kube/kube.ts";
import { labOfOwn, listOwnObjects, removeOwnObjects } from "../probe/own-objects.ts";
import { createWait } from "../wait.ts";
import type { Step, StepContext } from "./step.ts";

/** Milliseconds after which a labctl that was killed no longer counts as at work, and some more. */
const deadMs = 7_000;

/**
 * What interrupted experiments left in the cluster is put back; a stopped node was started by the cluster's own step.
 * Experiments that are being carried out, on whatever lab, are left alone.
 */
export const leftoversStep: Step = {
  title: "Nothing is left of an interrupted experiment",
  isDone: async ({ kube }) => (await labsWithLeftovers(await kube())).length === 0,
  ensure: async (context, step) => {
    const { deps, platform } = context;
    const kube = await context.kube();
    const wait = createWait(deps.clock, kube);
    const nodes = platform.choice.context === undefined ? platform.cluster : undefined;
    for (const namespace of await labsWithLeftovers(kube)) {
      if (await isAtWork(namespace, context)) {
        step.detail(`${namespace}: an experiment is under way`);
        continue;
      }
      await removeOwnObjects(kube, namespace);
      const { clock } = deps;
      await putBack({ kube, probe: deps.probe(kube), nodes, wait, clock, namespace, note: step.detail });
    }
  },
};

/** The namespaces of the labs. */
async function labsWithLeftovers(kube: Kube): Promise<readonly string[]> {
  const [own, journal] = await Promise.all([listOwnObjects(kube), readJournal(kube)]);
  const all = [...own.map(labOfOwn), ...journal.map(({ namespace }) => namespace)];
  return [...new Set(all)].sort();
}

async function isAtWork(namespace: string, { deps }: StepContext): Promise<boolean> {
  const { clock, signal } = deps;
  const started = clock.elapsed();
  while (await deps.isBusy(namespace)) {
    if (clock.elapsed() - started > deadMs) return true;
    await clock.sleep(1000, signal);
  }
  return false;
}
