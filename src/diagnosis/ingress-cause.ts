import type { KubeReads } from "../kube/kube.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { Cause } from "./cause.ts";

interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: {
    readonly service?: {
      readonly name?: string;
      readonly port?: { readonly number?: number; readonly name?: string };
    };
  };
}

interface IngressSpec {
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths?: readonly IngressPath[] };
  }[];
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

interface Asked {
  readonly namespace: string;
  readonly host: string;
  readonly path: string;
}

/** Why a request for a host and path does not reach a Service; undefined when the Ingress objects look right. */
export async function ingressCause(
  kube: KubeReads,
  { namespace, host, path }: Asked,
): Promise<Cause | undefined> {
  const next = `kubectl -n ${namespace} get ingress`;
  const ingresses = await kube.list("Ingress", { namespace });
  if (ingresses.length === 0) {
    const message = `There is no Ingress in namespace ${namespace} yet.`;
    return { reason: "no-ingress", actual: "no Ingress", message, next };
  }
  const rules = ingresses.flatMap((ingress) => specOf(ingress).rules ?? []);
  const paths = pathsOf(ingresses, host);
  if (paths.length === 0) {
    const hosts = rules.map((rule) => rule.host ?? "(any host)").join(", ");
    const message = `No Ingress has a rule for the host ${host}; there are rules for: ${hosts === "" ? "none" : hosts}.`;
    return { reason: "no-rule-for-host", actual: "no rule for the host", message, next: `${next} -o yaml` };
  }
  const match = paths.find((candidate) => matches(candidate, path));
  if (!match) {
    const there = paths.map((candidate) => candidate.path ?? "/").join(", ");
    const message = `The rules for ${host} do not cover the path ${path}; they name: ${there}.`;
    return { reason: "no-rule-for-path", actual: "no rule for the path", message, next: `${next} -o yaml` };
  }
  return (await backendCause(kube, namespace, match)) ?? (await sharedHost(kube, { namespace, host, path }));
}

/** Of one host in several namespaces the controller asks whose it likes: what is sent there may be read by anybody. */
async function sharedHost(kube: KubeReads, { namespace, host, path }: Asked): Promise<Cause | undefined> {
  const all = await kube.list("Ingress");
  const foreign = all.find((ingress) => {
    const rules = specOf(ingress).rules ?? [];
    return ingress.metadata.namespace !== namespace && rules.some((rule) => rule.host === host);
  });
  if (!foreign) return undefined;
  const { name, namespace: other = "default" } = foreign.metadata;
  const actual = `one of Ingress ${name} in namespace ${other}, too`;
  const message = `Ingress ${name} in namespace ${other} has a rule for the host ${host}, too, so it is not certain who answers ${host}${path}.`;
  return {
    reason: "host-in-another-namespace",
    actual,
    message,
    next: `kubectl -n ${other} get ingress ${name} -o yaml`,
  };
}

/** The name of the Service that the rule for a host and path names; undefined where there is no such rule. */
export async function serviceOfRule(
  kube: KubeReads,
  { namespace, host, path }: Asked,
): Promise<string | undefined> {
  const paths = pathsOf(await kube.list("Ingress", { namespace }), host);
  return paths.find((candidate) => matches(candidate, path))?.backend?.service?.name;
}

function pathsOf(ingresses: readonly KubeObject[], host: string): readonly IngressPath[] {
  const rules = ingresses.flatMap((ingress) => specOf(ingress).rules ?? []);
  return rules.filter((rule) => covers(rule.host, host)).flatMap((rule) => rule.http?.paths ?? []);
}

/** A rule without a host is for every host; `*.` stands for one label: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards */
function covers(ruleHost: string | undefined, host: string): boolean {
  if (ruleHost === undefined || ruleHost === "") return true;
  if (!ruleHost.startsWith("*.")) return ruleHost === host;
  return host.slice(host.indexOf(".")) === ruleHost.slice(1);
}

/** Why a host has no certificate of its own; undefined when an Ingress names this Secret for it. */
export async function tlsCause(
  kube: KubeReads,
  asked: { readonly namespace: string; readonly host: string; readonly secret: string },
): Promise<Cause | undefined> {
  const { namespace, host, secret } = asked;
  const ingresses = await kube.list("Ingress", { namespace });
  const entries = ingresses.flatMap((ingress) => specOf(ingress).tls ?? []);
  const next = `kubectl -n ${namespace} get ingress -o yaml`;
  const named = entries.filter(({ secretName }) => secretName === secret);
  if (named.length === 0) {
    return {
      reason: "secret-not-in-tls",
      actual: "not in spec.tls",
      message: `No Ingress names the Secret ${secret} in its spec.tls.`,
      next,
    };
  }
  if (named.some(({ hosts }) => hosts === undefined || hosts.includes(host))) return undefined;
  const hosts = named.flatMap((entry) => entry.hosts ?? []).join(", ");
  return {
    reason: "tls-for-other-hosts",
    actual: `for ${hosts}`,
    message: `The Secret ${secret} is in spec.tls, but for ${hosts}, not for ${host}.`,
    next,
  };
}

/** The name of the first Ingress with a rule for a host. */
export async function ingressOfHost(
  kube: KubeReads,
  { namespace, host }: { readonly namespace: string; readonly host: string },
): Promise<string | undefined> {
  const ingresses = await kube.list("Ingress", { namespace });
  const own = ingresses.find((ingress) => specOf(ingress).rules?.some((rule) => rule.host === host));
  return own?.metadata.name;
}

function specOf(ingress: KubeObject): IngressSpec {
  return ingress.spec ?? {};
}

/** By the rules of pathType: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types */
function matches({ path: rule = "/", pathType }: IngressPath, path: string): boolean {
  if (pathType === "Exact") return rule === path;
  const prefix = rule.replace(/\/$/, "");
  return path === prefix || path.startsWith(`${prefix}/`);
}

async function backendCause(
  kube: KubeReads,
  namespace: string,
  { backend }: IngressPath,
): Promise<Cause | undefined> {
  const { name, port } = backend?.service ?? {};
  if (name === undefined) return undefined;
  const service = await kube.read({ kind: "Service", namespace, name });
  const next = `kubectl -n ${namespace} get service`;
  if (!service) {
    const message = `The Ingress names the Service ${name}, which does not exist.`;
    return { reason: "ingress-names-no-service", actual: `no Service ${name}`, message, next };
  }
  const wanted = port?.number ?? port?.name;
  const ports = service.spec.ports ?? [];
  if (wanted === undefined || ports.some((has) => has.port === wanted || has.name === wanted))
    return undefined;
  const there = ports.map((has) => String(has.port)).join(", ");
  const message = `The Ingress names port ${String(wanted)} of Service ${name}, which has: ${there}.`;
  return { reason: "ingress-names-no-port", actual: `port ${String(wanted)}`, message, next };
}
