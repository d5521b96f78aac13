import { missingHere } from "../../look/missing-here.ts";
import type { Resolve } from "./fact.ts";

/** The values of a Secret, decoded. */
export const secretFact: Resolve<"secret"> = async ({ secret: name, keys }, context) => {
  const { kube, namespace } = context;
  const secret = await kube.read({ kind: "Secret", namespace, name });
  if (!secret) return { ok: false, findings: [await missingHere(context, { kind: "Secret", name })] };
  const data = secret.data ?? {};
  const absent = (keys ?? []).filter((key) => data[key] === undefined);
  if (absent.length > 0) {
    const there = Object.keys(data).join(", ");
    const finding = {
      object: `Secret/${name}`,
      reason: "lacks-a-key",
      path: "data",
      expected: `the key${absent.length === 1 ? "" : "s"} ${absent.join(", ")}`,
      actual: there === "" ? "no keys" : there,
      message: `Secret ${name} lacks the key ${absent.join(", ")}; it has: ${there === "" ? "none" : there}.`,
      next: `kubectl -n ${namespace} describe secret ${name}`,
    };
    return { ok: false, findings: [finding] };
  }
  const wanted = keys ?? Object.keys(data);
  const decoded = wanted.map((key) => [key, Buffer.from(data[key] ?? "", "base64").toString("utf8")]);
  return { ok: true, value: Object.fromEntries(decoded) as unknown };
};
