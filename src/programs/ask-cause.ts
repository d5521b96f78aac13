import type { Cause } from "../diagnosis/cause.ts";
import { deploymentCause } from "../diagnosis/deployment-cause.ts";
import { ingressCause, serviceOfRule } from "../diagnosis/ingress-cause.ts";
import { podCause } from "../diagnosis/pod-cause.ts";
import { lossCause } from "../diagnosis/rollout-cause.ts";
import { isReady, readDeploymentPods } from "../kube/deployment-pods.ts";
import type { ProgramContext } from "./program-context.ts";
import type { CheckFinding } from "../look/look.ts";
import { missing } from "../look/missing.ts";
import type { AskedCause, ProgramFinding } from "./answers.ts";
import { explainSilence } from "../look/silence.ts";

/** A program's finding as a check's, with labctl's own diagnosis behind it where the program asks for one. */
export async function withCause(
  { cause: asked, ...told }: ProgramFinding,
  context: ProgramContext,
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
async function askCause(asked: AskedCause, context: ProgramContext): Promise<Told | undefined> {
  const { kube, namespace } = context;
  if ("ingress" in asked) return causeBehindIngress(asked, context);
  if ("service" in asked) return causeOfService(asked, context);
  if ("deployment" in asked) return causeOfDeployment(asked, context);
  if ("rollout" in asked) {
    const deployment = await kube.read({ kind: "Deployment", namespace, name: asked.rollout });
    if (!deployment) return missing({ kind: "Deployment", name: asked.rollout, namespace });
    return { message: lossCause(deployment) };
  }
  const pod = await kube.read({ kind: "Pod", namespace, name: asked.pod });
  if (!pod) return missing({ kind: "Pod", name: asked.pod, namespace });
  return isReady(pod) ? undefined : podCause(context, pod);
}

type Asked<Key extends string> = Extract<AskedCause, Readonly<Record<Key, unknown>>>;

/** Follows a request: from the host's rule to the Service that it names, and to the pods behind that. */
async function causeBehindIngress(
  { ingress: host, path = "/", deployment }: Asked<"ingress">,
  context: ProgramContext,
): Promise<Told | undefined> {
  const { kube, namespace } = context;
  const cause = await ingressCause(kube, { namespace, host, path });
  if (cause) return cause;
  const service = await serviceOfRule(kube, { namespace, host, path });
  return service === undefined ? undefined : causeOfService({ service, deployment }, context);
}

async function causeOfService(
  { service: name, deployment }: Asked<"service">,
  context: ProgramContext,
): Promise<Told | undefined> {
  const { kube, namespace } = context;
  const service = await kube.read({ kind: "Service", namespace, name });
  if (!service) return missing({ kind: "Service", name, namespace });
  return explainSilence(context, service, deployment);
}

async function causeOfDeployment(
  { deployment: name, atLeast }: Asked<"deployment">,
  context: ProgramContext,
): Promise<Told | undefined> {
  const { kube, namespace } = context;
  const pods = await readDeploymentPods(kube, { namespace, name });
  if (!pods) return missing({ kind: "Deployment", name, namespace });
  const { live, ready } = pods;
  const isWell = ready.length >= (atLeast ?? Math.max(live.length, 1));
  return isWell ? undefined : deploymentCause(context, pods);
}
