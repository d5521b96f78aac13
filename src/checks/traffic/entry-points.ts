import type { Cause } from "../../diagnosis/cause.ts";
import { ingressCause, ingressOfHost } from "../../diagnosis/ingress-cause.ts";
import type { KubeObject, Service } from "../../kube/objects.ts";
import type { HttpAnswer, HttpRequest } from "../../probe/probe.ts";
import type { LookContext, CheckFinding, Found } from "../../look/look.ts";
import type { Via } from "./via-spec.ts";
import { findService } from "../../look/find-service.ts";
import { explainSilence } from "../../look/silence.ts";
import { httpUrl } from "../../look/url.ts";

/** One address to ask. */
export interface EntryPoint {
  /** `Kind/name` of the object that opens it, or `Host/name` while there is none. */
  readonly object: string;
  readonly url: string;
}

/** All addresses of one way in, how to ask them, and what is known of the objects behind when nobody answers. */
export interface EntryPoints {
  readonly entryPoints: readonly EntryPoint[];
  /** The Service that is asked, where no Ingress stands before it. */
  readonly service?: Service;
  send(requests: readonly HttpRequest[]): Promise<readonly HttpAnswer[]>;
  /** @param deployment whose pods ought to answer, when that is known. */
  explain(deployment: string | undefined): Promise<Cause | undefined>;
}

export type FoundEntryPoints = Found<EntryPoints>;

/**
 * Finds the addresses; an object on the way that does not exist is a finding. Where the objects were changed just now,
 * waits until the nodes and the ingress controller know: answers before that are answers of what was there before.
 */
export function findEntryPoints(way: Via, context: LookContext): Promise<FoundEntryPoints> {
  if ("ingress" in way) return ingressEntryPoints(way, context);
  if ("nodePort" in way) return nodePortEntryPoints(way, context);
  return serviceEntryPoints(way, context);
}

/** From the second in which something was written: objects tell no closer. */
const knownWithinMs = 3000;

/** Where the objects were changed just now, waits until the nodes and the ingress controller know. */
async function awaitKnown(objects: readonly KubeObject[], { clock, signal }: LookContext): Promise<void> {
  const written = objects.flatMap(({ metadata }) => metadata.managedFields ?? []);
  const ages = written.flatMap(({ time }) => (time === undefined ? [] : clock.now() - Date.parse(time)));
  const youngest = Math.max(0, Math.min(...ages));
  if (youngest < knownWithinMs) await clock.sleep(knownWithinMs - youngest, signal);
}

async function serviceEntryPoints(
  way: Extract<Via, { service: string }>,
  context: LookContext,
): Promise<FoundEntryPoints> {
  const found = await findService(context, way);
  if (!found.ok) return found;
  await awaitKnown([found.service], context);
  const url = httpUrl({ host: found.clusterIP, port: way.port, path: way.path });
  return {
    ok: true,
    entryPoints: [{ object: `Service/${way.service}`, url }],
    service: found.service,
    send: (requests) => context.probe.request(requests, context.signal),
    explain: (deployment) => explainSilence(context, found.service, deployment),
  };
}

async function nodePortEntryPoints(
  way: Extract<Via, { nodePort: string }>,
  context: LookContext,
): Promise<FoundEntryPoints> {
  const found = await findService(context, { service: way.nodePort });
  if (!found.ok) return found;
  const port = (found.service.spec.ports ?? []).find(({ nodePort }) => nodePort !== undefined)?.nodePort;
  if (port === undefined)
    return { ok: false, findings: [noNodePort(way.nodePort, found.service.spec.type, context)] };
  await awaitKnown([found.service], context);
  const nodes = await context.kube.list("Node");
  const addresses = nodes.flatMap(
    ({ status }) => status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? [],
  );
  return {
    ok: true,
    entryPoints: addresses.map((host) => ({
      object: `Service/${way.nodePort}`,
      url: httpUrl({ host, port, path: way.path }),
    })),
    service: found.service,
    send: (requests) => context.probe.requestFromWorker(requests, context.signal),
    explain: (deployment) => explainSilence(context, found.service, deployment),
  };
}

function noNodePort(service: string, type = "ClusterIP", { namespace }: LookContext): CheckFinding {
  return {
    object: `Service/${service}`,
    path: "spec.type",
    reason: "not-a-node-port",
    expected: "NodePort",
    actual: type,
    message: `Service ${service} opens no port on the nodes: its type is ${type}.`,
    next: `kubectl -n ${namespace} get service ${service}`,
  };
}

async function ingressEntryPoints(
  way: Extract<Via, { ingress: string }>,
  context: LookContext,
): Promise<FoundEntryPoints> {
  const { namespace, kube, frontDoor } = context;
  const host = way.ingress.replace("*", context.nonce());
  const url = `${way.tls ? "https" : "http"}://${host}${way.path}`;
  await awaitKnown(await kube.list("Ingress", { namespace }), context);
  const own = await ingressOfHost(kube, { namespace, host });
  return {
    ok: true,
    entryPoints: [{ object: own === undefined ? `Host/${host}` : `Ingress/${own}`, url }],
    send: (requests) => inTurn(requests, (request) => frontDoor.request(request)),
    explain: () => ingressCause(kube, { namespace, host, path: way.path }),
  };
}

async function inTurn<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}
