import type { Autoscaler } from "../../diagnosis/autoscaler-cause.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";

export type FoundAutoscaler = Found<{ readonly autoscaler: Autoscaler }>;

const kind = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };

/** The one HorizontalPodAutoscaler that scales a Deployment, whatever its name. */
export async function findAutoscaler(
  { kube, namespace }: DisturbContext,
  deployment: string,
): Promise<FoundAutoscaler> {
  const all = (await kube.list(kind, { namespace })) as readonly Autoscaler[];
  const own = all.filter(
    ({ spec: { scaleTargetRef } }) =>
      scaleTargetRef.kind === "Deployment" && scaleTargetRef.name === deployment,
  );
  const [autoscaler, second] = own;
  if (autoscaler && !second) return { ok: true, autoscaler };
  return { ok: false, findings: [notOne({ deployment, namespace, all, own })] };
}

interface Seen {
  readonly deployment: string;
  readonly namespace: string;
  readonly all: readonly Autoscaler[];
  readonly own: readonly Autoscaler[];
}

function notOne({ deployment, namespace, all, own }: Seen): CheckFinding {
  const names = own.map(({ metadata }) => metadata.name).join(" and ");
  const others = all.map(
    ({ metadata, spec: { scaleTargetRef } }) =>
      `${metadata.name} scales ${scaleTargetRef.kind} ${scaleTargetRef.name}`,
  );
  const instead = others.length === 0 ? "" : ` HorizontalPodAutoscaler ${others.join("; ")}.`;
  return {
    object: `Deployment/${deployment}`,
    reason: own.length > 0 ? "two-autoscalers" : "no-autoscaler",
    expected: `a HorizontalPodAutoscaler whose scaleTargetRef is Deployment ${deployment}`,
    actual: own.length > 0 ? names : others.length > 0 ? others.join("; ") : "none",
    message:
      own.length > 0
        ? `${names} both scale Deployment ${deployment}: two autoscalers undo what the other does.`
        : `No HorizontalPodAutoscaler scales Deployment ${deployment}.${instead}`,
    next: `kubectl -n ${namespace} get hpa`,
  };
}
