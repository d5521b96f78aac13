/** A Dask cluster of a release `dask`, for fakes: its objects, what its scheduler says, and labctl's client at work. */
import type { Computation } from "../../src/checks/leaving/dask-client.ts";
import { hostOf } from "../../src/checks/leaving/required-workers.ts";
import type { Pod } from "../../src/kube/objects.ts";
import { deployment, namespace, pod, service } from "./cluster-objects.ts";
import { fakeCheckContext, type FakeCheckContext } from "./fake-check-context.ts";
import { FakeKube } from "./fake-kube.ts";
import { FakeProbe, page } from "./fake-probe.ts";

export const versions = { dask: "2026.8.0", distributed: "2026.8.0", lz4: null };
export const answerOf = ({ numbers }: Computation) => numbers.reduce((sum, each) => sum + each * each, 0);

interface Options {
  readonly replicas?: number;
  /** Addresses that the scheduler knows; one in each worker pod by default. */
  readonly known?: readonly string[];
  /** What labctl's client tells, line by line, from the moment it runs. */
  readonly client?: (task: Computation) => readonly object[];
  /** What it tells once a worker was killed. */
  readonly afterLoss?: (task: Computation, victim: string) => readonly object[];
}

export interface FakeDask {
  readonly kube: FakeKube;
  readonly context: FakeCheckContext;
  readonly pods: readonly Pod[];
  /** What the scheduler's dashboard says. */
  known: readonly string[];
}

/** `tcp://10.244.1.1:4000`: the worker of the first pod. */
export function workerAddress(index: number): string {
  return `tcp://10.244.1.${String(index + 1)}:4000`;
}

export function daskCluster(options: Options = {}): FakeDask {
  const { replicas = 3, client = () => [], afterLoss = () => [] } = options;
  const workers = deployment({ name: "dask-worker", labels: { component: "worker" }, replicas });
  const [top, set, ...pods] = workers;
  const scheduler = pod({ name: "dask-scheduler-1", labels: { component: "scheduler" }, ip: "10.244.9.9" });
  const front = service({ name: "dask-scheduler", selector: { component: "scheduler" } });
  let task: (Computation & { readonly mark: string }) | undefined;
  const tell = (kube: FakeKube, facts: readonly object[]): void => {
    const key = `${namespace}/labctl-dask`;
    const lines = facts.map((each) => `${task?.mark ?? ""}${JSON.stringify(each)}\n`);
    kube.logText.set(key, (kube.logText.get(key) ?? "a warning\n") + lines.join(""));
  };
  const kube: FakeKube = new FakeKube([top, set, ...pods, scheduler, front], {
    onApply: (object, fake) => {
      if (object.metadata.name !== "labctl-dask") return;
      task = JSON.parse((object as Pod).spec.containers[0]?.command?.[3] ?? "{}") as typeof task;
      if (!task) return;
      tell(fake, client(task));
      fake.add({ ...object, status: { phase: "tellAfter" in task ? "Running" : "Succeeded" } });
    },
    onRemove: ({ kind, name }, fake) => {
      const lost = pods.find(({ metadata }) => metadata.name === name);
      if (kind !== "Pod" || !lost || !task) return;
      // As a ReplicaSet would: one of another name takes its place, at the same address here.
      fake.add({ ...lost, metadata: { ...lost.metadata, name: `${name}-again`, uid: `${name}-again` } });
      tell(fake, afterLoss(task, name));
    },
  });
  const fake = { kube, pods, known: options.known ?? pods.map((_, index) => workerAddress(index)) };
  const probe = new FakeProbe(() => page(workersPage(fake.known)));
  return Object.assign(fake, { context: fakeCheckContext({ kube, probe }) });
}

/** As the scheduler's dashboard writes it. */
export function workersPage(known: readonly string[]): string {
  const rows = known.map(
    (address) => `<tr >
      <td><a href="../worker/${encodeURIComponent(address)}.html">${address}</a></td>
      <td> a-name </td>
      <td> 1 </td>
      <td data-sort="335544320"> 320.00 MiB </td>
    </tr>`,
  );
  return `<h1 class="title"> Scheduler tcp://10.244.9.9:8786 </h1><table>${rows.join("")}</table>`;
}

/** What a client tells whose tasks were run by these workers in turn. */
export function computedBy(addresses: readonly string[], more: object = {}) {
  return (task: Computation): readonly object[] => [
    { versions: { client: versions, scheduler: versions, workers: {} } },
    { processes: Object.fromEntries(addresses.map((address) => [address, [hostOf(address), 1]])) },
    { answer: answerOf(task), ran: turns(addresses, task.parts), known: addresses, ...more },
  ];
}

export function turns(addresses: readonly string[], parts: number): readonly (readonly [string, string])[] {
  if (addresses.length === 0) return [];
  return Array.from({ length: parts }, (_, part) => [
    addresses[part % addresses.length] ?? "",
    `part-${String(part)}`,
  ]);
}
