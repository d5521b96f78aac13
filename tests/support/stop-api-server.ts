import { vi } from "vitest";
import type { InterruptedLab } from "./interrupted-lab.ts";

/**
 * Kills the API server, as an outage of its machine does: nobody on the cluster gets an answer, until the kubelet has
 * started it again after some seconds.
 */
export async function stopApiServer({ docker }: Pick<InterruptedLab, "docker">): Promise<void> {
  const { exitCode, output } = await docker.exec("labctl-control-plane", [
    "pkill",
    "-KILL",
    "kube-apiserver",
  ]);
  if (exitCode !== 0) throw new Error(`The API server could not be killed: ${output}`);
}

export async function untilApiServerAnswers({ kube }: Pick<InterruptedLab, "kube">): Promise<void> {
  const answers = (): Promise<boolean> =>
    kube.get("/readyz").then(
      () => true,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 180_000, interval: 1000 });
}
