import type { Workload } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";

interface TokenPlace {
  readonly deployment: Workload;
  readonly secret: string;
  readonly token: string;
}

/**
 * Where a Deployment has its token from: the pod template names the Secret (an environment variable, or a volume, its
 * own or a projected one), and neither it nor a ConfigMap spells the token out. Who may read pods may not read Secrets:
 * https://kubernetes.io/docs/concepts/configuration/secret/
 */
export async function lookAtToken(
  context: CheckContext,
  place: TokenPlace,
): Promise<readonly CheckFinding[]> {
  const { deployment, secret, token } = place;
  const { template } = deployment.spec;
  const spelled = pathOf(template, token);
  if (spelled !== undefined) return [literal(context, place, `spec.template${spelled}`)];
  const maps = await context.kube.list("ConfigMap", { namespace: context.namespace });
  const map = maps.find(({ data }) => pathOf(data, token) !== undefined);
  if (map) return [inConfigMap(context, map.metadata.name)];
  return names(template, secret) ? [] : [notNamed(context, place)];
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

function literal(
  { namespace }: CheckContext,
  { deployment, secret }: TokenPlace,
  path: string,
): CheckFinding {
  const { name } = deployment.metadata;
  return {
    object: `Deployment/${name}`,
    path,
    expected: `the token by reference to the Secret ${secret}`,
    actual: "the token itself",
    message: `The token is spelled out in the pod template of Deployment ${name}, so everybody who may read the Deployment has it, and so has its history. Let the template name the Secret ${secret} instead.`,
    next: `kubectl -n ${namespace} get deployment ${name} -o yaml`,
  };
}

function inConfigMap({ namespace }: CheckContext, map: string): CheckFinding {
  return {
    object: `ConfigMap/${map}`,
    path: "data",
    expected: "no token",
    actual: "the token itself",
    message: `The ConfigMap ${map} holds the token in plain text. A token belongs into a Secret alone.`,
    next: `kubectl -n ${namespace} get configmap ${map} -o yaml`,
  };
}

function notNamed({ namespace }: CheckContext, { deployment, secret }: TokenPlace): CheckFinding {
  const { name } = deployment.metadata;
  return {
    object: `Deployment/${name}`,
    path: "spec.template.spec",
    expected: `the Secret ${secret}, in an environment variable or a volume`,
    actual: "not named",
    message: `The pod template of Deployment ${name} names the Secret ${secret} nowhere: the server has its token, or none, from somewhere else.`,
    next: `kubectl -n ${namespace} get deployment ${name} -o yaml`,
  };
}
