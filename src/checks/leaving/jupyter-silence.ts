import type { Cause } from "../../diagnosis/cause.ts";
import { ingressCause } from "../../diagnosis/ingress-cause.ts";
import type { CheckContext } from "../check.ts";
import { explainSilence } from "../traffic/silence.ts";

interface Asked {
  readonly host: string;
  readonly deployment: string;
}

interface IngressRules {
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: {
      readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
    };
  }[];
}

/** Why nothing answers at a host, as far as its Ingress, the Service behind and the Deployment's pods tell. */
export async function jupyterSilence(context: CheckContext, asked: Asked): Promise<Cause | undefined> {
  const { kube, namespace } = context;
  const { host, deployment } = asked;
  const cause = await ingressCause(kube, { namespace, host, path: "/" });
  if (cause) return cause;
  const name = await backendOf(context, host);
  const service = name === undefined ? undefined : await kube.read({ kind: "Service", namespace, name });
  return service && explainSilence(context, service, deployment);
}

async function backendOf({ kube, namespace }: CheckContext, host: string): Promise<string | undefined> {
  const ingresses = await kube.list("Ingress", { namespace });
  const rules = ingresses.flatMap(({ spec }) => (spec as IngressRules | undefined)?.rules ?? []);
  const paths = rules.filter((rule) => rule.host === host).flatMap(({ http }) => http?.paths ?? []);
  return paths[0]?.backend?.service?.name;
}
