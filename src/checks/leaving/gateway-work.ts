import { createHash } from "node:crypto";
import type { Executed } from "../../jupyter/jupyter.ts";
import type { CheckFinding } from "../check.ts";

/** Squares stay below 2 ** 53, and a remainder by a prime is none that a guess would hit. */
const prime = 999_983;
const count = 40;

/** Numbers below 2 ** 24, drawn from a seed. */
export function drawNumbers(seed: string): readonly number[] {
  return Array.from({ length: count }, (_, index) =>
    createHash("sha256")
      .update(`${seed}/${String(index)}`)
      .digest()
      .readUIntBE(0, 3),
  );
}

/** Python for a notebook: a cluster, whose name it prints behind the mark. */
export function making(mark: string, workers: number): string {
  return `
import json
from dask_gateway import Gateway
cluster = Gateway().new_cluster()
cluster.scale(${String(workers)})
print("${mark}" + json.dumps(cluster.name))
`;
}

/** Python that follows it: each number's remainder, and which pod has computed it. */
export function computing(mark: string, numbers: readonly number[], workers: number): string {
  return `
import json
def work(number):
    import socket, time
    time.sleep(0.05)
    return [number * number % ${String(prime)}, socket.gethostname()]
client = cluster.get_client()
client.wait_for_workers(${String(workers)}, timeout=60)
told = client.gather(client.map(work, ${JSON.stringify(numbers)}, pure=False))
print("${mark}" + json.dumps(told))
`;
}

interface Told {
  readonly numbers: readonly number[];
  /** Names of pods. */
  readonly workers: readonly string[];
  readonly told: unknown;
  readonly done: Executed;
}

/** Whether every answer is right and every worker has given some; undefined when so. */
export function judgeTold({
  numbers,
  workers,
  told,
  done,
}: Told): Pick<CheckFinding, "expected" | "actual" | "message"> | undefined {
  const expected = `right answers from ${workers.join(" and ")}`;
  if (!Array.isArray(told)) {
    const why = done.ok ? "no answer" : done.why;
    return { expected, actual: why, message: `The cluster is there, but computes nothing: ${why}.` };
  }
  const answers = told as readonly (readonly [number, string])[];
  const wrong = numbers.filter((number, index) => answers[index]?.[0] !== (number * number) % prime);
  if (wrong.length > 0) {
    const actual = `${String(wrong.length)} of ${String(numbers.length)} wrong`;
    return { expected, actual, message: `What the cluster computes is wrong: ${actual}.` };
  }
  const hosts = new Set(answers.map(([, host]) => host));
  const idle = workers.filter((worker) => !hosts.has(worker));
  const strangers = [...hosts].filter((host) => !workers.includes(host));
  if (strangers.length > 0) {
    const actual = strangers.join(", ");
    return {
      expected,
      actual,
      message: `The answers come from ${actual}, which is no worker of this cluster.`,
    };
  }
  if (idle.length === 0) return undefined;
  return {
    expected,
    actual: `none from ${idle.join(", ")}`,
    message: `${idle.join(" and ")} computed nothing.`,
  };
}
