import type { Workload } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { missingHere } from "../../look/missing-here.ts";
import type { Spec } from "./secret-by-reference-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const { kube, namespace } = context;
  const { deployment: name, secret } = wanted;
  const deployment = await kube.read({ kind: "Deployment", namespace, name });
  if (!deployment) return [await missingHere(context, { kind: "Deployment", name })];
  const found = await kube.read({ kind: "Secret", namespace, name: secret });
  if (!found) return [await missingHere(context, { kind: "Secret", name: secret })];
  const value = Buffer.from(found.data?.[wanted.key] ?? "", "base64")
    .toString("utf8")
    .trim();
  if (value === "") return [noValue(context, wanted, Object.keys(found.data ?? {}))];
  return judge(context, wanted, { deployment, value });
}

interface Place {
  readonly deployment: Workload;
  readonly value: string;
}

async function judge(
  context: LookContext,
  wanted: Spec,
  { deployment, value }: Place,
): Promise<readonly CheckFinding[]> {
  const { template } = deployment.spec;
  const spelled = pathOf(template, value);
  if (spelled !== undefined) return [literal(context, wanted, `spec.template${spelled}`)];
  const maps = await context.kube.list("ConfigMap", { namespace: context.namespace });
  const map = maps.find(({ data }) => pathOf(data, value) !== undefined);
  if (map) return [inConfigMap(context, wanted, map.metadata.name)];
  return names(template, wanted.secret) ? [] : [notNamed(context, wanted)];
}

/** The way to the first text that contains a word: `.spec.containers[0].args[1]`. */
function pathOf(value: unknown, word: string): string | undefined {
  if (typeof value === "string") return value.includes(word) ? "" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const rest = pathOf(inner, word);
    if (rest !== undefined) return `${Array.isArray(value) ? `[${key}]` : `.${key}`}${rest}`;
  }
  return undefined;
}

const references = ["secretKeyRef", "secretRef", "secret"];

function names(value: unknown, secret: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value as Readonly<Record<string, unknown>>).some(([key, inner]) => {
    const { name, secretName } = (inner ?? {}) as { readonly name?: unknown; readonly secretName?: unknown };
    return (references.includes(key) && (name === secret || secretName === secret)) || names(inner, secret);
  });
}

function noValue({ namespace }: LookContext, { secret, key }: Spec, there: readonly string[]): CheckFinding {
  return {
    reason: "secret-without-value",
    object: `Secret/${secret}`,
    path: `data.${key}`,
    expected: `a ${key}`,
    actual: "nothing",
    message: `The Secret ${secret} has nothing under the key ${key}; it ${there.length === 0 ? "is empty" : `has: ${there.join(", ")}`}.`,
    next: `kubectl -n ${namespace} describe secret ${secret}`,
  };
}

function literal({ namespace }: LookContext, { deployment, secret, key }: Spec, path: string): CheckFinding {
  return {
    reason: "secret-spelled-out",
    object: `Deployment/${deployment}`,
    path,
    expected: `the ${key} by reference to the Secret ${secret}`,
    actual: `the ${key} itself`,
    message: `The ${key} is spelled out in the pod template of Deployment ${deployment}, so everybody who may read the Deployment has it, and so has its history. Let the template name the Secret ${secret} instead.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}

function inConfigMap({ namespace }: LookContext, { key }: Spec, map: string): CheckFinding {
  return {
    reason: "secret-in-config-map",
    object: `ConfigMap/${map}`,
    path: "data",
    expected: `no ${key}`,
    actual: `the ${key} itself`,
    message: `The ConfigMap ${map} holds the ${key} in plain text. A ${key} belongs into a Secret alone.`,
    next: `kubectl -n ${namespace} get configmap ${map} -o yaml`,
  };
}

function notNamed({ namespace }: LookContext, { deployment, secret, key }: Spec): CheckFinding {
  return {
    reason: "secret-not-named",
    object: `Deployment/${deployment}`,
    path: "spec.template.spec",
    expected: `the Secret ${secret}, in an environment variable or a volume`,
    actual: "not named",
    message: `The pod template of Deployment ${deployment} names the Secret ${secret} nowhere: the containers have their ${key}, or none, from somewhere else.`,
    next: `kubectl -n ${namespace} get deployment ${deployment} -o yaml`,
  };
}
