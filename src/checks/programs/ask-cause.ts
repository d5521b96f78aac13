import type { Cause } from "../../diagnosis/cause.ts";
import { deploymentCause } from "../../diagnosis/deployment-cause.ts";
import { ingressCause } from "../../diagnosis/ingress-cause.ts";
import { podCause } from "../../diagnosis/pod-cause.ts";
import { lossCause } from "../../diagnosis/rollout-cause.ts";
import { serviceCause } from "../../diagnosis/service-cause.ts";
import { isReady, readDeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { missing } from "../objects/missing.ts";
import type { AskedCause, ProgramFinding } from "../../programs/answers.ts";

/** A program's finding as a check's, with labctl's own diagnosis behind it where the program asks for one. */
export async function withCause(
  { cause: asked, ...told }: ProgramFinding,
  context: CheckContext,
): Promise<CheckFinding> {
  const { path, next, ...rest } = told;
  const cause = asked && (await askCause(asked, context));
  const command = next ?? cause?.next;
  return {
    ...rest,
    ...(path === undefined ? {} : { path }),
    ...(cause === undefined ? {} : { message: `${rest.message} ${cause.message}` }),
    ...(command === undefined ? {} : { next: command }),
  };
}

type Told = Pick<Cause, "message"> & Partial<Pick<Cause, "next">>;

/** Undefined when labctl finds nothing wrong there. */
async function askCause(asked: AskedCause, context: CheckContext): Promise<Told | undefined> {
  const { kube, namespace } = context;
  if ("ingress" in asked) {
    return ingressCause(kube, { namespace, host: asked.ingress, path: asked.path ?? "/" });
  }
  if ("service" in asked) {
    const service = await kube.read({ kind: "Service", namespace, name: asked.service });
    if (!service) return missing({ kind: "Service", name: asked.service, namespace });
    return serviceCause(context, { service, pods: await kube.list("Pod", { namespace }) });
  }
  if ("deployment" in asked) {
    const pods = await readDeploymentPods(kube, { namespace, name: asked.deployment });
    if (!pods) return missing({ kind: "Deployment", name: asked.deployment, namespace });
    const isWell = pods.live.length > 0 && pods.live.every(isReady);
    return isWell ? undefined : deploymentCause(context, pods);
  }
  if ("rollout" in asked) {
    const deployment = await kube.read({ kind: "Deployment", namespace, name: asked.rollout });
    if (!deployment) return missing({ kind: "Deployment", name: asked.rollout, namespace });
    return { message: lossCause(deployment) };
  }
  const pod = await kube.read({ kind: "Pod", namespace, name: asked.pod });
  if (!pod) return missing({ kind: "Pod", name: asked.pod, namespace });
  return isReady(pod) ? undefined : podCause(context, pod);
}
