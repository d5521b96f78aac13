import type { Kube } from "../kube/kube.ts";

/** The UIDs of a namespace's Deployments by name, for the state of a lab that was just started. */
export async function recordDeployments(
  kube: Kube,
  namespace: string,
): Promise<Readonly<Record<string, string>>> {
  const deployments = await kube.list("Deployment", { namespace });
  return Object.fromEntries(deployments.map(({ metadata }) => [metadata.name, metadata.uid ?? ""]));
}
