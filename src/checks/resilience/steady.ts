import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { isSteady, restMs } from "../../disturb/at-rest.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";
import { requireReadyPods, type ReadyPods } from "../../look/ready-pods.ts";

/**
 * A Deployment at rest: as many Ready pods as it asks for, all of its present template, none on its way. Nothing
 * that is not at rest is disturbed: why it is not is the finding.
 */
export async function requireSteadyPods(context: DisturbContext, deployment: string): Promise<ReadyPods> {
  const { namespace, signal } = context;
  const waited = await context.wait({
    observe: async () => {
      const value = await requireReadyPods(context, { deployment, replicas: { atLeast: 1 } });
      const isAbsent = !value.ok && value.findings.some(({ path }) => path === undefined);
      return { done: isAbsent || (value.ok && isSteady(value.pods)), value };
    },
    watch: ["Deployment", "Pod"],
    namespace,
    withinMs: restMs,
    signal,
  });
  if (waited.done || !waited.value.ok) return waited.value;
  return { ok: false, findings: [await unsteady(context, waited.value.pods)] };
}

/** One pod of a Deployment at rest, for an experiment to disturb. */
export async function chooseVictim(
  context: DisturbContext,
  deployment: string,
): Promise<Found<{ readonly before: DeploymentPods; readonly victim: Pod }>> {
  const found = await requireSteadyPods(context, deployment);
  if (!found.ok) return found;
  const [victim] = found.pods.ready;
  if (!victim) return { ok: false, findings: [await unsteady(context, found.pods)] };
  return { ok: true, before: found.pods, victim };
}

async function unsteady(context: DisturbContext, pods: DeploymentPods): Promise<CheckFinding> {
  const { name } = pods.deployment.metadata;
  const { replicas = 1 } = pods.deployment.spec;
  const cause = await deploymentCause(context, pods);
  return {
    object: `Deployment/${name}`,
    path: "status",
    reason: "not-at-rest",
    expected: `${String(replicas)} Ready pods, and no rollout under way`,
    actual: `${String(pods.ready.length)} Ready of ${String(pods.live.length)}`,
    message: `Deployment ${name} does not come to rest, so nothing of it is disturbed. ${cause.message}`,
    next: cause.next,
  };
}
