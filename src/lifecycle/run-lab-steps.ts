import { join } from "node:path";
import { rightAnswer } from "../checks/quiz-answer.ts";
import { defaultPorts } from "../engine/engine.ts";
import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import type { StepProgress } from "../terminal/progress.ts";
import { labEnvironment, type LabEnvironment } from "../session/lab-environment.ts";
import type { LabRun } from "./lab-run.ts";
import type { StepList } from "../lab/load.ts";
import { loadManifest } from "../manifests/load-manifests.ts";
import { changeOwnState } from "./own-state.ts";
import type { LabStep } from "../lab/steps-schema.ts";
import { createWorkFolder } from "../session/work-folder.ts";

type StepOf<Key extends string> = Extract<LabStep, Record<Key, unknown>>;

/**
 * Does what the steps say, one after the other, as a student would: in the lab's namespace, with the lab's tools.
 * docker and helm work in a temporary copy of files/ with the list's own files on top.
 */
export async function runLabSteps(run: LabRun, list: StepList, progress: StepProgress): Promise<void> {
  const env = await labEnvironment(run.context, run.namespace);
  await using work = await createWorkFolder(run.lab, list.folder);
  for (const step of list.steps) {
    progress.detail(describeStep(step));
    await runStep({ run, step, folder: list.folder, work: work.path, env });
  }
}

interface StepRun {
  readonly run: LabRun;
  readonly step: LabStep;
  /** Of the files that steps name. */
  readonly folder: string;
  /** Where docker builds and helm packs. */
  readonly work: string;
  readonly env: LabEnvironment;
}

async function runStep({ run, step, folder, work, env }: StepRun): Promise<void> {
  const { exec, places, signal } = run.context.deps;
  const tool = (program: string, args: readonly string[], cwd = folder) =>
    exec.run([program, ...args], {
      cwd,
      env: { ...env },
      signal,
      hint: `Run it yourself: labctl shell ${run.lab.id}`,
    });
  const bin = (name: string): string => join(places.home, "bin", name);
  if ("apply" in step) await applyFile(run, join(folder, step.apply));
  else if ("delete" in step) await tool(bin("kubectl"), ["delete", step.delete, "--ignore-not-found"]);
  else if ("kubectl" in step) await tool(bin("kubectl"), step.kubectl);
  else if ("helm" in step)
    await tool(
      bin("helm"),
      step.helm.map((text) => onPorts(text, run)),
      work,
    );
  else if ("docker" in step) await tool("docker", step.docker, work);
  else if ("quiz" in step) await answerQuiz(run, step.quiz);
  else if ("answers" in step) await waitForAnswer(run, step.answers);
  else await waitFor(run, step.wait);
}

/** Steps and texts name the usual port of the ingress controller; a cluster may have been created with another. */
export function onPorts(text: string, { context }: LabRun): string {
  const host = (port: number): string => `localhost:${String(port)}`;
  return text.replaceAll(host(defaultPorts.http), host(context.platform.ports.http));
}

async function applyFile(run: LabRun, path: string): Promise<void> {
  const kube = await run.context.kube();
  for (const object of await loadManifest(path)) await kube.apply(object, run.namespace);
}

async function answerQuiz(run: LabRun, answers: StepOf<"quiz">["quiz"]): Promise<void> {
  const kube = await run.context.kube();
  const given = Object.entries(answers).map(([exercise, choices]) => {
    return [exercise, choices === "right" ? rightAnswers(run, exercise) : choices] as const;
  });
  await changeOwnState(run, kube, (state) => ({
    ...state,
    quiz: {
      ...state.quiz,
      ...Object.fromEntries(given.map(([id, choices]) => [id, { ...state.quiz[id], ...choices }])),
    },
  }));
}

function rightAnswers({ lab }: LabRun, exercise: string): Readonly<Record<string, string>> {
  const { quiz = [] } = lab.exercises.find(({ id }) => id === exercise) ?? {};
  return Object.fromEntries(quiz.map((question) => [question.id, rightAnswer(question) ?? ""]));
}

async function waitFor(run: LabRun, wait: StepOf<"wait">["wait"]): Promise<void> {
  const kube = await run.context.kube();
  const { clock, signal } = run.context.deps;
  const { apiVersion, kind, name, that, seconds } = wait;
  const ref = { kind, name, namespace: run.namespace, ...(apiVersion === undefined ? {} : { apiVersion }) };
  const waited = await createWait(
    clock,
    kube,
  )({
    observe: async () => {
      const object = await kube.read(ref);
      const outcome =
        object === undefined ? { holds: false, trouble: "it does not exist" } : that.evaluate(object);
      return { done: outcome.holds, value: outcome.trouble ?? JSON.stringify(object?.["status"] ?? {}) };
    },
    watch: [ref],
    namespace: run.namespace,
    withinMs: seconds * 1000,
    signal,
  });
  if (waited.done) return;
  throw new EnvironmentError({
    message: `${kind}/${name} did not get to "${that.source}" within ${String(seconds)} s.`,
    lastSeen: waited.value,
    hint: `Look at it: kubectl describe ${kind}/${name} --namespace ${run.namespace}`,
  });
}

/** Longer than the ingress controller takes to see a new Ingress and its pods. */
const answersWithinMs = 60_000;

async function waitForAnswer({ context, lab }: LabRun, url: string): Promise<void> {
  const { clock, signal } = context.deps;
  const door = context.deps.frontDoor(context.platform.ports);
  const waited = await createWait(
    clock,
    undefined,
  )({
    observe: async () => {
      const answer = await door.request({ url });
      const value = answer.ok ? `status ${String(answer.status)}` : answer.message;
      return { done: answer.ok && answer.status === 200, value };
    },
    withinMs: answersWithinMs,
    signal,
  });
  if (waited.done) return;
  throw new EnvironmentError({
    message: `${url} did not answer within ${String(answersWithinMs / 1000)} s.`,
    lastSeen: waited.value,
    hint: `Look at its Ingress: labctl shell ${lab.id} -c 'kubectl get ingress'`,
  });
}

/** One line, as somebody would type it. */
export function describeStep(step: LabStep): string {
  if ("apply" in step) return `kubectl apply -f ${step.apply}`;
  if ("delete" in step) return `kubectl delete ${step.delete}`;
  if ("kubectl" in step) return `kubectl ${step.kubectl.join(" ")}`;
  if ("helm" in step) return `helm ${step.helm.join(" ")}`;
  if ("docker" in step) return `docker ${step.docker.join(" ")}`;
  if ("answers" in step) return `waiting until ${step.answers} answers`;
  if ("quiz" in step) return `answering ${Object.keys(step.quiz).join(", ")}`;
  return `waiting for ${step.wait.kind}/${step.wait.name}: ${step.wait.that.source}`;
}

/** The programs that steps need beside docker, which comes with the engine. */
export function toolsOf(steps: readonly object[]): readonly string[] {
  const kubectl = steps.some((step) => "kubectl" in step || "delete" in step) ? ["kubectl"] : [];
  const helm = steps.some((step) => "helm" in step) ? ["helm"] : [];
  return [...kubectl, ...helm];
}
