import { experiment } from "../../src/checks/resilience/experiment-spec.ts";
import { expect } from "vitest";
import { readJournal } from "../../src/disturb/journal.ts";
import { namespace, nginxImage, service } from "./cluster-objects.ts";
import { fakeCheckContext } from "./fake-check-context.ts";
import { FakeClock } from "./fake-clock.ts";
import type { FakeKube } from "./fake-kube.ts";
import { page } from "./fake-probe.ts";
import { PatientClock, playPrograms, type FakeProgram } from "./lab-programs.ts";
import { rollingCluster, standing, template, type RollingOptions } from "./rolling-cluster.ts";

/** A program of the lab's, as lab.yaml has it. */
export const program = (name: string) => ({ run: ["python3", `checks/${name}.py`], image: nginxImage });
export const deletion = { delete: { pods: { deployment: "web" } } };
export const rollout = { roll: { deployment: "web", env: { name: "VERSION", from: "v1", to: "v2" } } };

export const finding = {
  reason: "wrong-answer",
  object: "Service/web",
  expected: "42",
  actual: "41",
  message: "It says 41.",
};

export interface Played extends RollingOptions {
  readonly programs?: Readonly<Record<string, FakeProgram>>;
}

/** A lab whose experiments can be carried out, with a Deployment and a Service named web. */
export function setUpExperiment({ programs, ...options }: Played = {}) {
  const kube = rollingCluster({ template: template("localhost:5001/web:2", { VERSION: "v2" }), ...options });
  kube.add(service({ name: "web", selector: { app: "web" } }));
  const byFile = Object.entries(programs ?? {}).map(([name, played]) => [`checks/${name}.py`, played]);
  const told = playPrograms(kube, Object.fromEntries(byFile) as Record<string, FakeProgram>);
  const context = fakeCheckContext({ kube, clock: programs ? new PatientClock() : new FakeClock() });
  context.probe.answer = () => page("");
  const before = standing(kube);
  /** As grading does: the programs' pods go at the end. */
  const observe = async (wanted: object) => {
    await using runners = context.runners;
    const spec = experiment.spec.parse({ kind: "experiment", ...wanted });
    return await experiment.observe(spec, { ...context, runners });
  };
  const expectAsBefore = async () => {
    expect(standing(kube)).toEqual(before);
    expect(await readJournal(kube)).toEqual([]);
    expect(leftPods(kube)).toEqual([]);
    expect(context.cleanUps.isPending()).toBe(false);
  };
  const isDisturbed = () => kube.writesBesideJournal.some((write) => write.includes("lab-test/web"));
  return { kube, told, context, observe, expectAsBefore, isDisturbed };
}

/** Of labctl's own. */
export function leftPods(kube: FakeKube): readonly string[] {
  const pods = [...kube.objects.values()].filter(({ kind }) => kind === "Pod");
  return pods.filter(({ metadata }) => metadata.namespace !== namespace).map(({ metadata }) => metadata.name);
}

export const passes: FakeProgram = async function* () {
  yield { done: true };
  return 0;
};

export const finds: FakeProgram = async function* () {
  yield { finding };
  yield { done: true };
  return 0;
};

export const fails: FakeProgram = async function* () {
  yield { announce: "about to fall" };
  return { exitCode: 1, stderr: "KeyError" };
};
