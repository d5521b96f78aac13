import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, vi } from "vitest";
import { readJournal } from "../../src/disturb/journal.ts";
import { createDocker } from "../../src/docker/docker-engine-api.ts";
import type { Docker } from "../../src/docker/docker.ts";
import { openApiKube } from "../../src/kube/api-kube.ts";
import { isOwnedBy } from "../../src/kube/deployment-pods.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { listOwnObjects } from "../../src/probe/own-objects.ts";
import type { CheckReport } from "../../src/report/result.ts";
import { engineSocket, runLabctl, startLabctl, type LabctlRun, type RunningLabctl } from "./run-labctl.ts";

/** Lab interrupted of tests/fixtures/labs, in a namespace for each exercise, so that they go on side by side. */
export interface InterruptedLab {
  readonly kube: Kube;
  /** Of the nodes. */
  readonly docker: Docker;
  /** Of an exercise. */
  namespaceOf(exercise: string): string;
  /** Runs its check to the end. */
  check(exercise: string): Promise<Checked>;
  /** Begins its check. */
  begin(exercise: string): RunningLabctl;
  /** What whoever works in the lab has: the Deployment, and its history. */
  standing(exercise: string): Promise<Standing>;
  /** What labctl has left: entries of the journal, and pods of its own. */
  left(exercise: string): Promise<readonly string[]>;
  /** Waits until a check that was begun has written down what it takes, and has taken it. */
  untilDisturbed(exercise: string, running: RunningLabctl, before: Standing): Promise<void>;
  remove(): Promise<void>;
}

export interface Checked {
  readonly run: LabctlRun;
  readonly report: CheckReport;
}

/** As far as it is whoever works in the lab's. */
export interface Standing {
  readonly web: unknown;
  readonly template: unknown;
  readonly history: readonly unknown[];
}

/** Starts it anew. */
export async function startInterruptedLab(exercises: readonly string[]): Promise<InterruptedLab> {
  vi.stubEnv("LABCTL_LABS", join(import.meta.dirname, "..", "fixtures", "labs"));
  const namespaceOf = (exercise: string): string => `lab-interrupted-${exercise}`;
  const at = (exercise: string): readonly string[] => ["--namespace", namespaceOf(exercise)];
  const resets = exercises.map((exercise) => runLabctl("reset", "interrupted", ...at(exercise)));
  for (const { exitCode, stderr } of await Promise.all(resets)) expect(exitCode, stderr).toBe(0);
  const { stdout } = await runLabctl("kubeconfig");
  const kube = await openApiKube(stdout.trim());
  const docker = createDocker(await engineSocket());
  const begin = (exercise: string): RunningLabctl =>
    startLabctl(["check", "interrupted", exercise, ...at(exercise), "--yes", "-o", "json"]);
  const standing = (exercise: string): Promise<Standing> => readStanding(kube, namespaceOf(exercise));
  return {
    kube,
    docker,
    namespaceOf,
    begin,
    standing,
    check: async (exercise) => {
      const run = await begin(exercise).ended;
      return { run, report: JSON.parse(run.stdout) as CheckReport };
    },
    left: async (exercise) => {
      const namespace = namespaceOf(exercise);
      const entries = await readJournal(kube, namespace);
      const own = await listOwnObjects(kube, namespace);
      return [...entries, ...own.map(({ metadata }) => metadata)].map(({ name }) => name);
    },
    untilDisturbed: async (exercise, running, before) => {
      const early = running.ended.then(({ stderr }) => {
        throw new Error(`labctl was not met in the middle of ${exercise}: it has ended. ${stderr}`);
      });
      early.catch(() => undefined);
      await Promise.race([early, untilTaken({ kube, docker }, namespaceOf(exercise), before)]);
    },
    remove: async () => {
      for (const exercise of exercises) await kube.remove({ kind: "Namespace", name: namespaceOf(exercise) });
      vi.unstubAllEnvs();
    },
  };
}

/** A machine on which much else is going on takes a minute to start labctl alone. */
const untilMs = 400_000;

async function readStanding(kube: Kube, namespace: string): Promise<Standing> {
  const deployment = await kube.read({ kind: "Deployment", namespace, name: "web" });
  const all = await kube.list("ReplicaSet", { namespace });
  const own = all.filter((each) => deployment && isOwnedBy(each, deployment));
  const [web, ...history] = [...(deployment ? [deployment] : []), ...own].map(({ metadata, spec }) => {
    const { name, uid, labels, annotations } = metadata;
    return { name, uid, labels, annotations, spec };
  });
  history.sort((one, other) => one.name.localeCompare(other.name));
  return { web, template: deployment?.spec.template, history };
}

/** A pod that is gone or ends, a template that is another one, a node that is stopped. */
async function untilTaken(
  { kube, docker }: Pick<InterruptedLab, "kube" | "docker">,
  namespace: string,
  before: Standing,
): Promise<void> {
  await vi.waitUntil(
    async () => {
      const [entry] = await readJournal(kube, namespace);
      if (!entry) return false;
      if (entry.kind === "stop-node") {
        const { node } = entry.taken as { readonly node: string };
        return (await docker.container(node))?.running === false;
      }
      if (entry.kind !== "delete-pods")
        return !isDeepStrictEqual((await readStanding(kube, namespace)).template, before.template);
      const { pods } = entry.taken as { readonly pods: readonly { readonly uid: string }[] };
      const there = await kube.list("Pod", { namespace });
      const isWell = ({ uid }: { readonly uid: string }): boolean =>
        there.some(({ metadata }) => metadata.uid === uid && metadata.deletionTimestamp === undefined);
      return !pods.every(isWell);
    },
    { timeout: untilMs, interval: 100 },
  );
}
