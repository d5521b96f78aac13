import { z } from "zod";
import { ingressCause, ingressOfHost } from "../../diagnosis/ingress-cause.ts";
import type { FrontDoorRequest } from "../../probe/probe.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { unreadyDeployment } from "./unready-deployment.ts";

/** Starting a server or a cluster keeps a hub busy for a moment. */
const timeoutMs = 30_000;
/** Milliseconds that a new Ingress may take to be in force. */
const settleMs = 5000;

export interface HubRequest {
  readonly method?: FrontDoorRequest["method"];
  /** From the root of the host: `/hub/api/user`. */
  readonly path: string;
  /** The whole header: `token …`, `jupyterhub …`. */
  readonly authorization?: string | undefined;
  readonly send?: object;
}

/** What came back. */
export interface HubAnswer {
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, parsed; undefined where it is no JSON. */
  readonly json: unknown;
  readonly body: string;
  /** One line for a person, without a full stop: `status 403 (Forbidden)`, `no answer in time`. */
  readonly why: string;
}

/** A JupyterHub behind the front door, with all that its proxy serves. */
export interface Hub {
  /** Without a slash at its end: `http://hub.localhost`. */
  readonly url: string;
  ask(request: HubRequest): Promise<HubAnswer>;
}

export type FoundHub = Found<{ readonly hub: Hub }>;

const greeting = z.object({ version: z.string() });

/** The hub of a host, once it says its version: https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html */
export async function findHub(context: CheckContext, host: string): Promise<FoundHub> {
  const hub = openHub(context, host);
  const waited = await context.wait({
    observe: async () => {
      const answer = await hub.ask({ path: "/hub/api/" });
      return { done: greeting.safeParse(answer.json).success, value: answer };
    },
    withinMs: settleMs,
    signal: context.signal,
  });
  if (waited.done) return { ok: true, hub };
  return { ok: false, findings: [await silent(context, host, waited.value.why)] };
}

function openHub({ frontDoor }: CheckContext, host: string): Hub {
  const url = `http://${host}`;
  return {
    url,
    ask: async ({ method = "GET", path, authorization, send }) => {
      const answer = await frontDoor.request({
        ...{ url: `${url}${path}`, method, timeoutMs },
        headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
        ...(send === undefined ? {} : { body: JSON.stringify(send) }),
      });
      if (!answer.ok) return { status: 0, headers: {}, json: undefined, body: "", why: answer.message };
      const json = asJson(answer.body);
      return { ...answer, json, why: `status ${String(answer.status)}${complaint(json)}` };
    },
  };
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** JupyterHub says `message`, Dask Gateway `error`. */
function complaint(json: unknown): string {
  const said = z.union([z.object({ message: z.string() }), z.object({ error: z.string() })]).safeParse(json);
  if (!said.success) return "";
  const text = "message" in said.data ? said.data.message : said.data.error;
  return text === "" ? "" : ` (${text})`;
}

async function silent(context: CheckContext, host: string, why: string): Promise<CheckFinding> {
  const { kube, namespace } = context;
  const own = await ingressOfHost(kube, { namespace, host });
  const path = "/hub/api/";
  const cause =
    (await unreadyDeployment(context)) ?? (await ingressCause(kube, { namespace, host, path })) ?? undefined;
  return {
    object: own === undefined ? `Host/${host}` : `Ingress/${own}`,
    expected: `a JupyterHub at http://${host}/`,
    actual: cause?.actual ?? why,
    message: cause?.message ?? `http://${host}${path} is not answered by a JupyterHub: ${why}.`,
    next: cause?.next ?? `kubectl -n ${namespace} get pods,ingress`,
  };
}
