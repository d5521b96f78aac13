import type { Wait } from "../wait.ts";
import { EnvironmentError } from "../errors.ts";
import type { Kube } from "../kube/kube.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { readyCanaries } from "./canaries.ts";
import { parseCurlOutput, writeCurlInput, curlLimits, curlScript } from "./curl.ts";
import type { HttpRequest, Probe } from "./probe.ts";
import { ensureProbePod, probePod } from "./probe-pod.ts";

interface Place {
  readonly namespace: string;
  readonly name: string;
}

export interface PodProbeOptions {
  readonly kube: Kube;
  readonly wait: Wait;
  /** The reference of the image `probe`, which has curl and getent: `localhost:5001/probe:1`. */
  readonly image: string;
  /** A word that no answer contains by chance. */
  readonly boundary: () => string;
}

/** Requests from a pod of labctl's own, made when it is first needed: one `exec` a call, one curl a request. */
export function createPodProbe({ kube, wait, image, boundary }: PodProbeOptions): Probe {
  let pod: Promise<void> | undefined;
  const ready = (): Promise<void> => {
    pod ??= ensureProbePod({ kube, wait, image }).catch((error: unknown) => {
      pod = undefined;
      throw error;
    });
    return pod;
  };
  const ask = async (from: Place, requests: readonly HttpRequest[], signal: AbortSignal | undefined) => {
    const word = boundary();
    const options = {
      input: writeCurlInput(requests, word),
      ...curlLimits(requests),
      ...(signal && { signal }),
    };
    const { stdout } = await kube.exec(from, ["sh", "-c", curlScript], options);
    return parseCurlOutput(stdout, { boundary: word, count: requests.length });
  };
  return {
    async request(requests, signal) {
      if (requests.length === 0) return [];
      await ready();
      return ask(probePod, requests, signal);
    },
    requestFromWorker: async (requests, signal) => ask(await findCanary(kube), requests, signal),
    async resolve(name) {
      await ready();
      const { stdout } = await kube.exec(probePod, ["getent", "ahosts", name]);
      const addresses = stdout.split("\n").map((line) => line.split(/\s+/)[0] ?? "");
      return [...new Set(addresses.filter((address) => address !== ""))];
    },
  };
}

/** A pod of manifests/canary, which runs the probe's image on every worker. */
async function findCanary(kube: Kube): Promise<Place> {
  const [canary] = await readyCanaries(kube);
  if (canary) return { namespace: systemNamespace, name: canary.metadata.name };
  throw new EnvironmentError({
    message: "No canary pod is Ready, so nothing can be asked from a worker.",
    lastSeen: `no Ready pod with the label app=canary in namespace ${systemNamespace}`,
    hint: "labctl up",
  });
}
