import type { Service } from "../kube/objects.ts";
import type { LookContext, CheckFinding, Found } from "./look.ts";
import { leaving } from "./leaving.ts";
import { missingHere } from "./missing-here.ts";

export type FoundService = Found<{ readonly service: Service; readonly clusterIP: string }>;

interface Wanted {
  readonly service: string;
  /** Of the Service, when it matters. */
  readonly port?: number;
}

/** A Service with an address and a port of its own; ExternalName and headless ones are told apart. */
export async function findService(context: LookContext, wanted: Wanted): Promise<FoundService> {
  const { kube, namespace } = context;
  const name = wanted.service;
  const service = await kube.read({ kind: "Service", namespace, name });
  if (!service) return { ok: false, findings: [await missingHere(context, { kind: "Service", name })] };
  const gone = leaving(service);
  if (gone.length > 0) return { ok: false, findings: gone };
  const { type, clusterIP, externalName, ports = [] } = service.spec;
  const next = `kubectl -n ${namespace} get service ${name} -o yaml`;
  const object = `Service/${name}`;
  if (type === "ExternalName") {
    const message = `Service ${name} is only another name for ${externalName ?? "nothing"} (ExternalName): no pods are behind it.`;
    return no({
      object,
      reason: "external-name",
      path: "spec.type",
      expected: "ClusterIP",
      actual: "ExternalName",
      message,
      next,
    });
  }
  if (clusterIP === undefined || clusterIP === "" || clusterIP === "None") {
    const message = `Service ${name} is headless: it has no address of its own.`;
    return no({
      object,
      reason: "headless",
      path: "spec.clusterIP",
      expected: "an address",
      actual: "None",
      message,
      next,
    });
  }
  if (wanted.port !== undefined && !ports.some(({ port }) => port === wanted.port)) {
    const there = ports.map(({ port }) => String(port)).join(", ");
    const message = `Service ${name} has no port ${String(wanted.port)}; it has: ${there}.`;
    return no({
      object,
      reason: "service-without-port",
      path: "spec.ports",
      expected: `port ${String(wanted.port)}`,
      actual: there,
      message,
      next,
    });
  }
  return { ok: true, service, clusterIP };
}

function no(finding: CheckFinding): FoundService {
  return { ok: false, findings: [finding] };
}
