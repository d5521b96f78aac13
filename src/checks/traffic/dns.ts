import type { LookContext, CheckFinding } from "../../look/look.ts";
import { mismatch } from "./expectation.ts";
import { findService } from "../../look/find-service.ts";
import { explainSilence } from "../../look/silence.ts";
import { httpUrl } from "../../look/url.ts";
import type { Spec } from "./dns-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await findService(context, wanted);
  if (!found.ok) return found.findings;
  const { service, clusterIP } = found;
  const name = `${wanted.service}.${context.namespace}.svc.cluster.local`;
  const addresses = await resolveFresh(name, clusterIP, context);
  if (!addresses.includes(clusterIP)) return [elsewhere({ name, clusterIP, addresses, context })];
  const url = httpUrl({ host: name, port: wanted.port, path: "/" });
  const [answer] = await context.probe.request([{ url }], context.signal);
  const wrong = answer && mismatch(wanted.expect, answer);
  if (!wrong) return [];
  const cause = await explainSilence(context, service);
  return [
    {
      object: `Service/${wanted.service}`,
      ...wrong,
      message: cause?.message ?? `${url} does not answer as it should: ${wrong.actual}.`,
      next: cause?.next ?? `kubectl -n ${context.namespace} describe service ${wanted.service}`,
    },
  ];
}

/** CoreDNS answers from its cache for this long, a name that did not exist a moment ago and a former address alike. */
const cachedMs = 30_000;

async function resolveFresh(
  name: string,
  clusterIP: string,
  context: LookContext,
): Promise<readonly string[]> {
  const waited = await context.wait({
    observe: async () => {
      const value = await context.probe.resolve(name);
      return { done: value.includes(clusterIP), value };
    },
    withinMs: cachedMs,
    signal: context.signal,
  });
  return waited.value;
}

interface Resolved {
  readonly name: string;
  readonly clusterIP: string;
  readonly addresses: readonly string[];
  readonly context: LookContext;
}

function elsewhere({ name, clusterIP, addresses, context }: Resolved): CheckFinding {
  const actual = addresses.length === 0 ? "no address" : addresses.join(", ");
  return {
    object: `Service/${name.split(".")[0] ?? name}`,
    path: "spec.clusterIP",
    reason: "name-resolves-elsewhere",
    expected: clusterIP,
    actual,
    message: `From another namespace ${name} resolves to ${actual}, not to the Service's address ${clusterIP}.`,
    next: `kubectl -n ${context.namespace} get service -o wide`,
  };
}
