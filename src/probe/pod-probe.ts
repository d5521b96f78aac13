import type { Wait } from "../grade/wait.ts";
import type { Kube } from "../kube/kube.ts";
import { parseCurlOutput, writeCurlInput, curlScript } from "./curl.ts";
import type { Probe } from "./probe.ts";
import { ensureProbePod, probePod } from "./probe-pod.ts";

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
  return {
    async request(requests, signal) {
      if (requests.length === 0) return [];
      await ready();
      const word = boundary();
      const options = { input: writeCurlInput(requests, word), ...(signal === undefined ? {} : { signal }) };
      const { stdout } = await kube.exec(probePod, ["sh", "-c", curlScript], options);
      return parseCurlOutput(stdout, { boundary: word, count: requests.length });
    },
    async resolve(name) {
      await ready();
      const { stdout } = await kube.exec(probePod, ["getent", "ahosts", name]);
      const addresses = stdout.split("\n").map((line) => line.split(/\s+/)[0] ?? "");
      return [...new Set(addresses.filter((address) => address !== ""))];
    },
  };
}
