/** What rolls a Deployment to another template for a while, and how template and history become what they were. */
import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { changeObject } from "../kube/change-object.ts";
import { isOwnedBy, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Workload } from "../kube/objects.ts";
import { historyKey, historyLimit, revisionKey } from "../kube/revisions.ts";
import { awaitSteadyPods, restMs } from "./at-rest.ts";
import type { DisturbanceContext, UndoContext, Undoable } from "./disturbance.ts";
import { allAre, changedField, stillWritten, writeFields, type ChangedField } from "./template-fields.ts";
import { withUndo } from "./with-undo.ts";

/** Old ReplicaSets beyond those that the Deployment keeps: those of the experiment must not push out the student's. */
const roomInHistory = 2;
/** Milliseconds that are left after Ctrl-C for the rollout back. */
const hurriedMs = 15_000;

const taken = z.object({
  deployment: z.object({ name: z.string(), uid: z.string() }),
  fields: z.array(changedField),
  /** Its revisionHistoryLimit, where it had to be raised. */
  history: z.object({ was: z.int(), wrote: z.int() }).optional(),
  /** Its ReplicaSets, with the annotations that number the revisions. */
  replicaSets: z.array(
    z.object({
      name: z.string(),
      uid: z.string(),
      revision: z.string().optional(),
      earlier: z.string().optional(),
    }),
  ),
});

export type ChangedTemplate = z.infer<typeof taken>;

/** Gives the changed fields the one or the other of their two values. */
export type Turn = (which: "was" | "wrote") => Promise<void>;

/** The undo of everything that changes a template, under the name of each. */
export function templateUndo(kind: string, doing: string): Undoable<ChangedTemplate> {
  return {
    kind,
    taken,
    describeTaken: ({ deployment }) => `Deployment ${deployment.name}, which was ${doing}`,
    undo: putTemplateBack,
  };
}

/** Changes fields of a Deployment's template as `work` asks; afterwards, template and history are what they were. */
export function withChangedTemplate<T>(
  context: DisturbanceContext,
  undoable: Undoable<ChangedTemplate>,
  { before, fields }: { readonly before: DeploymentPods; readonly fields: readonly ChangedField[] },
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  const { kube, namespace } = context;
  const { name, uid = "" } = before.deployment.metadata;
  const ref = { kind: "Deployment", namespace, name } as const;
  const limit = historyLimit(before.deployment);
  const isFull = before.replicaSets.length + 1 > limit;
  const history = isFull ? { was: limit, wrote: limit + roomInHistory } : undefined;
  const changed: ChangedTemplate = {
    deployment: { name, uid },
    fields: [...fields],
    ...(history ? { history } : {}),
    replicaSets: before.replicaSets.map(({ metadata }) => ({
      name: metadata.name,
      uid: metadata.uid ?? "",
      ...numbersOf(metadata.annotations),
    })),
  };
  return withUndo(context, { undoable, taken: changed }, async () => {
    if (history) await kube.patch(ref, { spec: { revisionHistoryLimit: history.wrote } });
    return work(async (which) => {
      const other = which === "was" ? "wrote" : "was";
      const now = await changeObject(kube, {
        ref,
        change: (now) => (allAre(other, now, fields) ? writeFields(which, now, fields) : undefined),
      });
      if (now && !allAre(which, now, fields)) throw interfered(name);
    });
  });
}

function interfered(name: string): EnvironmentError {
  return new EnvironmentError({
    message: `Somebody changed Deployment ${name} while labctl rolled it, so nothing can be told of the rollout.`,
    hint: "Check again, and leave it alone meanwhile.",
  });
}

function numbersOf(annotations: Readonly<Record<string, string>> = {}) {
  const { [revisionKey]: revision, [historyKey]: earlier } = annotations;
  return { ...(revision === undefined ? {} : { revision }), ...(earlier === undefined ? {} : { earlier }) };
}

async function putTemplateBack(changed: ChangedTemplate, context: UndoContext): Promise<boolean> {
  const { kube, namespace, occasion } = context;
  const { fields, history } = changed;
  const ref = { kind: "Deployment", namespace, name: changed.deployment.name } as const;
  const isIt = (now: Workload): boolean => now.metadata.uid === changed.deployment.uid;
  const now = await changeObject(kube, {
    ref,
    change: (deployment) =>
      isIt(deployment) ? writeFields("was", deployment, stillWritten(deployment, fields)) : undefined,
  });
  // Who deletes it takes its history along.
  if (!now || !isIt(now)) return true;
  const isForgotten = await forgetOwnRevisions(context, changed);
  if (history && isForgotten) {
    await changeObject(kube, {
      ref,
      change: (deployment) =>
        isIt(deployment) && historyLimit(deployment) === history.wrote
          ? { spec: { revisionHistoryLimit: history.was } }
          : undefined,
    });
  }
  if (occasion !== "interrupted") await awaitSteadyPods(context, ref.name);
  return isForgotten;
}

/** ReplicaSets that only the experiment has made leave the student's history, whose revisions get their numbers back. */
async function forgetOwnRevisions(context: UndoContext, changed: ChangedTemplate): Promise<boolean> {
  const { kube, namespace, wait, occasion } = context;
  const { done } = await wait({
    observe: async () => {
      const { deployment, own } = await readRevisions(context, changed);
      const idle = own.filter(
        ({ spec, status }) => (spec.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0,
      );
      const isSeen = (deployment?.status?.observedGeneration ?? 0) >= (deployment?.metadata.generation ?? 0);
      if (!deployment || !isSeen) return { done: !deployment, value: undefined };
      for (const { metadata } of idle)
        await kube.remove({ kind: "ReplicaSet", namespace, name: metadata.name });
      return { done: idle.length === own.length, value: undefined };
    },
    watch: ["Deployment", "ReplicaSet"],
    namespace,
    withinMs: occasion === "interrupted" ? hurriedMs : restMs,
  });
  if (done) await renumber(context, changed);
  return done;
}

interface Revisions {
  readonly deployment: Workload | undefined;
  /** Its ReplicaSets of before. */
  readonly known: readonly Workload[];
  /** Those that the experiment has made. */
  readonly own: readonly Workload[];
  /** Those that somebody else has made since. */
  readonly foreign: readonly Workload[];
}

async function readRevisions(
  { kube, namespace }: UndoContext,
  { deployment: { name, uid }, fields, replicaSets }: ChangedTemplate,
): Promise<Revisions> {
  const deployment = await kube.read({ kind: "Deployment", namespace, name });
  if (deployment?.metadata.uid !== uid) return { deployment: undefined, known: [], own: [], foreign: [] };
  const all = (await kube.list("ReplicaSet", { namespace })).filter((each) => isOwnedBy(each, deployment));
  const uids = new Set(replicaSets.map((each) => each.uid));
  const isKnown = ({ metadata }: Workload): boolean => uids.has(metadata.uid ?? "");
  const fresh = all.filter((each) => !isKnown(each));
  const own = fresh.filter((each) => allAre("wrote", each, fields));
  return {
    deployment,
    known: all.filter(isKnown),
    own,
    foreign: fresh.filter((each) => !own.includes(each)),
  };
}

/** Numbers that went up by labctl's rollouts; not where somebody else has begun one since. */
async function renumber(context: UndoContext, changed: ChangedTemplate): Promise<void> {
  const { kube, namespace } = context;
  const { deployment, known, foreign } = await readRevisions(context, changed);
  if (!deployment || foreign.length > 0 || !allAre("was", deployment, changed.fields)) return;
  const before = new Map(changed.replicaSets.map((each) => [each.uid, each]));
  const numberBefore = ({ metadata }: Workload) => Number(before.get(metadata.uid ?? "")?.revision ?? 0);
  const numberNow = ({ metadata }: Workload) => Number(metadata.annotations?.[revisionKey] ?? 0);
  // The oldest first: the controller gives the present one a higher number than all others at any time.
  const inOrder = known.toSorted((one, other) => numberBefore(one) - numberBefore(other));
  const newest = known.toSorted((one, other) => numberNow(other) - numberNow(one))[0];
  if (newest === undefined || newest !== inOrder.at(-1)) return;
  for (const { metadata } of inOrder) {
    const { revision, earlier = null } = before.get(metadata.uid ?? "") ?? {};
    if (revision === undefined) continue;
    await changeObject(kube, {
      ref: { kind: "ReplicaSet", namespace, name: metadata.name },
      change: ({ metadata: { annotations = {} } }) =>
        annotations[revisionKey] === revision && (annotations[historyKey] ?? null) === earlier
          ? undefined
          : { metadata: { annotations: { [revisionKey]: revision, [historyKey]: earlier } as never } },
    });
  }
}
