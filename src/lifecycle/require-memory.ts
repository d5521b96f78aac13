import { EnvironmentError } from "../errors.ts";
import { parseQuantity, writeQuantity } from "../kube/quantity.ts";
import type { LabRun } from "./lab-run.ts";

/**
 * Refuses to start a lab that takes more memory (lab.yaml's `needs.memory`) than is left: its pods would be killed in
 * the middle of somebody's work. Kubernetes cannot tell: each node of kind believes that it has the whole machine to
 * itself. Of a cluster that labctl did not make nothing is asked; its scheduler knows.
 * @throws EnvironmentError
 */
export async function requireMemory({ lab, context }: LabRun): Promise<void> {
  const { cluster, docker, choice } = context.platform;
  if (lab.needs.memory === undefined || choice.context !== undefined) return;
  const node = (await cluster.observe()).nodes.find(({ running }) => running);
  if (!node) return;
  const { output } = await docker.exec(node.name, ["cat", "/proc/meminfo"]);
  const free = availableBytes(output);
  if (free === undefined || free >= parseQuantity(lab.needs.memory)) return;
  throw new EnvironmentError({
    message: `Lab ${lab.id} takes ${lab.needs.memory} of memory, and the cluster's machine has not that much left.`,
    lastSeen: `${writeQuantity("memory", free)} available`,
    hint: "Close what you do not need, or set back another started lab: labctl status, then labctl reset <lab>",
  });
}

/** Linux's own estimate of what can be had without swapping. */
function availableBytes(meminfo: string): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 2 ** 10;
}
