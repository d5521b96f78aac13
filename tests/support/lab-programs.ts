import type { Pod, KubeObject } from "../../src/kube/objects.ts";
import type { FakeEnd, Hear } from "./fake-command.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeKube } from "./fake-kube.ts";

/** What a program is told first. */
export interface Task {
  readonly nonce: string;
  readonly namespace: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>>;
}

/** A lab's program as a test plays it. Objects are answers, and get the nonce; text is written as it is. */
export type FakeProgram = (
  task: Task,
  hear: Hear,
) => AsyncGenerator<string | Readonly<Record<string, unknown>>, number | FakeEnd>;

export interface ProgramCluster {
  readonly kube: FakeKube;
  /** What each program was told, and the files that it was given. */
  readonly told: { readonly task: Task; readonly files: readonly string[] }[];
}

/** A cluster in which pods become Ready at once, and run these programs; by the file that the command names. */
export function programCluster(
  programs: Readonly<Record<string, FakeProgram>>,
  ...objects: readonly KubeObject[]
): ProgramCluster {
  const kube = new FakeKube(objects);
  return { kube, told: playPrograms(kube, programs) };
}

/** The same on a cluster that is there. @returns what each of them was told, as they come. */
export function playPrograms(
  kube: FakeKube,
  programs: Readonly<Record<string, FakeProgram>>,
): ProgramCluster["told"] {
  const told: ProgramCluster["told"] = [];
  kube.behaviour.onCreate = (object) => {
    if (object.kind === "Pod") kube.add(running(object));
  };
  kube.behaviour.onOpen = (_pod, command) =>
    async function* (hear) {
      const files: string[] = [];
      for (;;) {
        const path = await hear();
        if (path === undefined || path === "") break;
        files.push(path);
        await hear();
      }
      const task = JSON.parse((await hear()) ?? "") as Task;
      told.push({ task, files });
      const [, program] = Object.entries(programs).find(([file]) => command.includes(file)) ?? [];
      if (!program) return { exitCode: 2, stderr: "no such file" };
      const said = program(task, hear);
      for (;;) {
        const { done, value } = await said.next();
        if (done === true) return value;
        yield typeof value === "string" ? value : `${JSON.stringify({ nonce: task.nonce, ...value })}\n`;
      }
    };
  return told;
}

function running(object: KubeObject): Pod {
  const pod = object as Pod;
  return {
    ...pod,
    spec: { ...pod.spec, nodeName: "worker-1" },
    status: { phase: "Running", podIP: "10.244.9.9", conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** A clock on which short sleeps take no time, and deadlines never come. */
export class PatientClock extends FakeClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < 10_000) return super.sleep(ms, signal);
    return new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }
}
