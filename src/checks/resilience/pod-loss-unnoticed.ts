import { lossCause } from "../../diagnosis/rollout-cause.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { awaitReplacement } from "./replacement.ts";
import { awaitGone, awaitSteadyPods } from "../../disturb/at-rest.ts";
import { withTakenPods } from "../../disturb/delete-pods.ts";
import { chooseVictim } from "./steady.ts";
import { countOf, lostRequests, underWatchedTraffic } from "./under-traffic.ts";
import type { Spec } from "./pod-loss-unnoticed-spec.ts";

export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const chosen = await chooseVictim(context, wanted.deployment);
  if (!chosen.ok) return chosen.findings;
  const { victim, before } = chosen;
  const { name } = victim.metadata;
  const tried = await underWatchedTraffic(context, wanted, async () => {
    context.announce(`deleting pod ${name} under traffic`);
    return withTakenPods(context, [victim], async () => {
      await kube.remove({ kind: "Pod", namespace, name });
      const { withinSeconds } = wanted;
      const after = await awaitReplacement(context, { before, victim, deed: "deleted", withinSeconds });
      await awaitGone(context, [victim]);
      return after;
    });
  });
  await awaitSteadyPods(context, wanted.deployment);
  if (!tried.ok) return tried.findings;
  const { value, report } = tried;
  context.observed(`${countOf(report)} while pod ${name} was deleted and replaced.`);
  const unreplaced = value.ok ? [] : value.findings;
  if (report.failures === 0) return unreplaced;
  const why = lossCause(before.deployment);
  const next = `kubectl -n ${namespace} get deployment ${wanted.deployment} -o yaml`;
  return [lostRequests({ target: wanted, report, during: "one pod was deleted", why, next }), ...unreplaced];
}
