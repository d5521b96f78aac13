import { X509Certificate } from "node:crypto";
import type { Cause } from "../../diagnosis/cause.ts";
import { tlsCause } from "../../diagnosis/ingress-cause.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { missing } from "../../look/missing.ts";
import type { Spec } from "./tls-certificate-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const { kube, namespace, frontDoor, wait, signal } = context;
  const secret = await kube.read({ kind: "Secret", namespace, name: wanted.secret });
  if (!secret) return [missing({ kind: "Secret", name: wanted.secret, namespace })];
  const own = certificateOf(Buffer.from(secret.data?.["tls.crt"] ?? "", "base64").toString("utf8"));
  if (!own) return [noCertificate(wanted.secret, namespace)];
  if (wanted.given !== undefined && wanted.given !== hexOf(own)) return [notGiven(wanted, own, context)];
  const waited = await wait({
    observe: async () => {
      const shown = certificateOf((await frontDoor.certificate(wanted.host)) ?? "");
      const cause = await tlsCause(kube, { namespace, host: wanted.host, secret: wanted.secret });
      if (shown?.raw.equals(own.raw) && cause === undefined)
        return { done: true, value: await shownToAnybody(wanted, own, context) };
      return { done: cause !== undefined, value: [another(wanted, { own, shown, cause, context })] };
    },
    withinMs: settleMs,
    signal,
  });
  return waited.value;
}

/** Milliseconds that the ingress controller may take to learn of a Secret, when the objects look right. */
const settleMs = 5000;

/** The first certificate of a PEM text; undefined when it holds none. */
function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function hexOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

function notGiven({ secret }: Spec, own: X509Certificate, { namespace }: LookContext): CheckFinding {
  return {
    object: `Secret/${secret}`,
    path: "data.tls.crt",
    reason: "not-the-given-certificate",
    expected: "the certificate that the lab gave",
    actual: describe(own),
    message: `The Secret ${secret} does not hold the certificate that the lab gave any more, but ${describe(own)}: labctl reset brings the given one back.`,
    next: `kubectl -n ${namespace} describe secret ${secret}`,
  };
}

/** What a front door shows to who asks for any name, it does not show because of a rule for this one. */
async function shownToAnybody(
  { host, secret }: Spec,
  own: X509Certificate,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const { frontDoor, namespace } = context;
  const stranger = [context.nonce(), ...host.split(".").slice(1)].join(".");
  const shown = certificateOf((await frontDoor.certificate(stranger)) ?? "");
  if (!shown?.raw.equals(own.raw)) return [];
  return [
    {
      object: `Secret/${secret}`,
      reason: "shown-to-anybody",
      expected: `another certificate for ${stranger}`,
      actual: "the same one",
      message: `https://${stranger} shows the certificate in the Secret ${secret}, too: it is what everybody is shown, not what an Ingress says for ${host}.`,
      next: `kubectl -n ${namespace} get ingress -o yaml`,
    },
  ];
}

function noCertificate(secret: string, namespace: string): CheckFinding {
  return {
    object: `Secret/${secret}`,
    path: "data.tls.crt",
    reason: "no-certificate",
    expected: "a certificate in PEM",
    actual: "none that can be read",
    message: `The Secret ${secret} holds no certificate in its key tls.crt.`,
    next: `kubectl -n ${namespace} describe secret ${secret}`,
  };
}

interface Seen {
  readonly own: X509Certificate;
  readonly shown: X509Certificate | undefined;
  /** Known where an Ingress tells it. */
  readonly cause: Cause | undefined;
  readonly context: LookContext;
}

function another({ host, secret }: Spec, { own, shown, cause, context: { namespace } }: Seen): CheckFinding {
  const actual = shown ? describe(shown) : "no answer over TLS";
  return {
    object: `Secret/${secret}`,
    reason: cause?.reason ?? "another-certificate",
    expected: describe(own),
    actual,
    message:
      cause?.message ??
      `https://${host} shows ${actual}, not the certificate in the Secret ${secret}: check again soon.`,
    next: cause?.next ?? `kubectl -n ${namespace} describe ingress`,
  };
}

function describe({ subject, fingerprint256 }: X509Certificate): string {
  const name = subject.split("\n").at(-1) ?? "";
  return `the certificate ${name === "" ? "" : `${name}, `}SHA-256 ${fingerprint256.slice(0, 23)}…`;
}
