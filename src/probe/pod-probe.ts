import type { Wait } from "../wait.ts";
import { EnvironmentError } from "../errors.ts";
import type { ExecOptions, Kube } from "../kube/kube.ts";
import { confirmOwn, type MadeObject } from "../kube/made-object.ts";
import { systemNamespace } from "../records/system-namespace.ts";
import { readyCanaries } from "./canaries.ts";
import { parseCurlOutput, writeCurlInput, curlLimits, curlScript } from "./curl.ts";
import type { HttpRequest, Probe } from "./probe.ts";
import { ensureProbePod } from "./probe-pod.ts";

export interface PodProbeOptions {
  readonly kube: Kube;
  readonly wait: Wait;
  /** The reference of the image `probe`, which has curl and getent: `localhost:5001/probe:1`. */
  readonly image: string;
  /** The folder manifests/canary. */
  readonly canary: string;
  /** A word that no answer contains by chance. */
  readonly boundary: () => string;
}

/** Requests from a pod of labctl's own, made when it is first needed: one `exec` a call, one curl a request. */
export function createPodProbe(options: PodProbeOptions): Probe {
  const { kube, boundary } = options;
  let pod: Promise<MadeObject> | undefined;
  const fromProbe = async (command: readonly string[], exec: ExecOptions = {}): Promise<string> => {
    const asked = (pod ??= ensureProbePod(options));
    try {
      return await execIn(kube, await asked, command, exec);
    } catch (error) {
      // The next question finds a pod that is labctl's, or has one made.
      if (pod === asked) pod = undefined;
      throw error;
    }
  };
  const inputOf = (requests: readonly HttpRequest[], signal: AbortSignal | undefined) => {
    const word = boundary();
    const exec = {
      input: writeCurlInput(requests, word),
      ...curlLimits(requests),
      ...(signal && { signal }),
    };
    const parse = (stdout: string) => parseCurlOutput(stdout, { boundary: word, count: requests.length });
    return { exec, parse };
  };
  return {
    async request(requests, signal) {
      if (requests.length === 0) return [];
      const { exec, parse } = inputOf(requests, signal);
      return parse(await fromProbe(curlCommand, exec));
    },
    async requestFromWorker(requests, signal) {
      const canary = await findCanary(options);
      const { exec, parse } = inputOf(requests, signal);
      return parse(await execIn(kube, canary, curlCommand, exec));
    },
    async resolve(name) {
      const stdout = await fromProbe(["getent", "ahosts", name]);
      const addresses = stdout.split("\n").map((line) => line.split(/\s+/)[0] ?? "");
      return [...new Set(addresses.filter((address) => address !== ""))];
    },
  };
}

const curlCommand = ["sh", "-c", curlScript];

/** What a command writes in a pod that is labctl's, before and afterwards. */
async function execIn(
  kube: Kube,
  made: MadeObject,
  command: readonly string[],
  options: ExecOptions,
): Promise<string> {
  const place = { namespace: systemNamespace, name: made.sent.metadata.name };
  const { stdout } = await kube.exec(place, command, options);
  await confirmOwn(kube, "Pod", made);
  return stdout;
}

/** A pod of manifests/canary, which runs the probe's image on every worker. */
async function findCanary({ kube, canary }: PodProbeOptions): Promise<MadeObject> {
  const [found] = await readyCanaries(kube, canary);
  if (found) return found;
  throw new EnvironmentError({
    message: "No canary pod is Ready and as labctl made it, so nothing can be asked from a worker.",
    lastSeen: `no such pod with the label app=canary in namespace ${systemNamespace}`,
    hint: "labctl up",
  });
}
