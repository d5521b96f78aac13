import { openApiKube } from "../../src/kube/api-kube.ts";

/** What the cluster itself writes all the time, whether or not labctl is there. */
const heartbeats = new Set([
  "endpointslices",
  "events",
  "leases",
  "nodes",
  "pods",
  "serviceaccounts",
  "subjectaccessreviews",
  "tokenreviews",
]);

/** How many writes the API server has counted, by resource: https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export async function countWrites(kubeconfig: string): Promise<Readonly<Record<string, number>>> {
  const metrics = await (await openApiKube(kubeconfig)).get("/metrics");
  const counts: Record<string, number> = {};
  for (const line of metrics.split("\n")) {
    if (!line.startsWith("apiserver_request_total{")) continue;
    const verb = /verb="([A-Z]+)"/.exec(line)?.[1] ?? "";
    const resource = /[{,]resource="([^"]*)"/.exec(line)?.[1] ?? "";
    if (!["APPLY", "DELETE", "PATCH", "POST", "PUT"].includes(verb) || heartbeats.has(resource)) continue;
    counts[resource] = (counts[resource] ?? 0) + Number(line.slice(line.lastIndexOf(" ")));
  }
  return counts;
}
