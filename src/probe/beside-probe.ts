import type { Docker } from "../docker/docker.ts";
import { curlLimits, curlScript, parseCurlOutput, writeCurlInput } from "./curl.ts";
import type { HttpAnswer, HttpRequest } from "./probe.ts";

interface Beside {
  readonly docker: Pick<Docker, "runBeside">;
  /** A running one, in whose network `localhost` is. */
  readonly container: string;
  /** Of the engine; has curl. */
  readonly image: string;
  /** A word that no answer contains by chance. */
  readonly boundary: string;
}

/** Requests from a container beside another one, in its network: what listens there needs no published port. */
export async function askBeside(
  requests: readonly HttpRequest[],
  { docker, container, image, boundary }: Beside,
): Promise<readonly HttpAnswer[]> {
  const script = `printf %s "$1" | { ${curlScript}; }`;
  const command = ["sh", "-c", script, "sh", writeCurlInput(requests, boundary)];
  const { output } = await docker.runBeside(container, { image, command, ...curlLimits(requests) });
  return parseCurlOutput(output, { boundary, count: requests.length });
}
