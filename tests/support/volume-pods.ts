import type { Pod } from "../../src/kube/objects.ts";
import type { FakeKubeBehaviour } from "./fake-kube.ts";

/** A cluster where labctl's own pod ends at once, and has written this; its command is the function's argument. */
export function volumePods(
  write: (command: readonly string[]) => string,
  phase: "Succeeded" | "Failed" = "Succeeded",
): FakeKubeBehaviour {
  return {
    onApply: (object, kube) => {
      const pod = object as Pod;
      const place = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
      kube.logText.set(place, write(pod.spec.containers[0]?.command ?? []));
      kube.objects.set(`Pod ${place}`, { ...pod, status: { phase } });
    },
  };
}
