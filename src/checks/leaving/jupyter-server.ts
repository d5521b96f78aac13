import { z } from "zod";
import type { Cause } from "../../diagnosis/cause.ts";
import type { Jupyter, JupyterAnswer, JupyterFailure, JupyterStatus } from "../../jupyter/jupyter.ts";
import { openJupyter } from "../../jupyter/open-jupyter.ts";
import type { DeploymentPods } from "../../kube/deployment-pods.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { jupyterSilence } from "./jupyter-silence.ts";
import { missing } from "../objects/missing.ts";
import { requireReadyPods } from "../workloads/ready-pods.ts";

/** The fields of a check that uses a Jupyter server: where it runs, where it is reached, and its token. */
export const jupyterFields = {
  deployment: z.string().min(1).describe("Runs the server."),
  host: z.string().min(1).describe("Of the Ingress: `jupyter.localhost`."),
  secret: z.string().min(1).describe("The Secret with the server's token."),
  key: z.string().min(1).default("token").describe("The token's key in the Secret."),
};

export interface JupyterTarget {
  readonly deployment: string;
  readonly host: string;
  readonly secret: string;
  readonly key: string;
}

export type FoundJupyter = Found<{
  readonly jupyter: Jupyter;
  readonly token: string;
  readonly status: JupyterStatus;
  /** The Deployment's. */
  readonly pods: DeploymentPods;
}>;

/** Milliseconds that a server may take to answer behind a Service and an Ingress that look right. */
const settleMs = 10_000;

export function jupyterUrl({ host }: JupyterTarget): string {
  return `http://${host}/`;
}

/** A server that answers at its host and takes the token that is in the Secret. */
export async function requireJupyter(context: CheckContext, target: JupyterTarget): Promise<FoundJupyter> {
  const found = await requireReadyPods(context, { ...target, replicas: { atLeast: 1 } });
  if (!found.ok) return found;
  const read = await readToken(context, target);
  if (!read.ok) return read;
  const { token } = read;
  const jupyter = openJupyter(context, { url: jupyterUrl(target), token });
  const { value } = await context.wait<Look>({
    observe: async () => {
      const status = await jupyter.status();
      if (status.ok || status.status === 403) return { done: true, value: { status } };
      const cause = await jupyterSilence(context, target);
      return { done: cause !== undefined, value: { status, cause } };
    },
    withinMs: settleMs,
    signal: context.signal,
  });
  const { status, cause } = value;
  if (status.ok) return { ok: true, jupyter, token, status: status.value, pods: found.pods };
  const told = status.status === 403 ? refused(context, target) : silent(context, target, status);
  return { ok: false, findings: [{ ...told, ...cause }] };
}

interface Look {
  readonly status: JupyterAnswer<JupyterStatus>;
  /** Why it does not answer, where the objects on the way tell it. */
  readonly cause?: Cause | undefined;
}

type ReadToken = Found<{ readonly token: string }>;

async function readToken(
  { kube, namespace }: CheckContext,
  { secret: name, key }: JupyterTarget,
): Promise<ReadToken> {
  const secret = await kube.read({ kind: "Secret", namespace, name });
  if (!secret) return { ok: false, findings: [missing({ kind: "Secret", name, namespace })] };
  const token = Buffer.from(secret.data?.[key] ?? "", "base64").toString("utf8");
  if (token.trim() === token && token !== "") return { ok: true, token };
  const there = Object.keys(secret.data ?? {});
  const isBlank = token.trim() === "";
  const has = there.length === 0 ? "is empty" : `has: ${there.join(", ")}`;
  const finding = {
    object: `Secret/${name}`,
    path: `data.${key}`,
    expected: "a token",
    actual: isBlank ? "nothing" : "a token with white space around it",
    message: isBlank
      ? `The Secret ${name} holds no token under the key ${key}; it ${has}.`
      : `The token in the Secret ${name} begins or ends with white space, a line break most likely: echo writes one, printf does not.`,
    next: `kubectl -n ${namespace} describe secret ${name}`,
  };
  return { ok: false, findings: [finding] };
}

function refused({ namespace }: CheckContext, target: JupyterTarget): CheckFinding {
  const { deployment, secret, key } = target;
  return {
    object: `Deployment/${deployment}`,
    expected: `${jupyterUrl(target)} takes the token in the Secret ${secret}`,
    actual: "status 403",
    message: `The server refuses the token that is in the Secret ${secret} (key ${key}): it was started with another one, or made one up because JUPYTER_TOKEN is not set. A container reads a Secret into its environment once, when it starts.`,
    next: `kubectl -n ${namespace} describe deployment ${deployment}; was the Secret changed since? kubectl -n ${namespace} rollout restart deployment/${deployment}`,
  };
}

function silent({ namespace }: CheckContext, target: JupyterTarget, { why }: JupyterFailure): CheckFinding {
  const url = jupyterUrl(target);
  return {
    object: `Host/${target.host}`,
    expected: `a Jupyter server at ${url}`,
    actual: why,
    message: `No Jupyter server answers at ${url}: ${why}. Does the server listen on the port that the Service leads to, for more than its own pod?`,
    next: `kubectl -n ${namespace} logs deployment/${target.deployment}`,
  };
}
