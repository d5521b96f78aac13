/** What of a running cluster stands between labctl and what it looks at: whoever is its admin may have prepared it. */
import type { Kube } from "../kube/kube.ts";
import { mutators } from "../kube/made-object.ts";
import type { KubeObject } from "../kube/objects.ts";
import { readPushedImages } from "../records/pushed-images.ts";
import type { Diagnosis, DoctorCheck, DoctorContext } from "./doctor.ts";

export const clusterChecks: readonly DoctorCheck[] = [
  inCluster("admission", async (kube) => {
    const found = (await Promise.all(admissionKinds.map((ref) => kube.list(ref)))).flat();
    if (found.length === 0) return { ok: true, seen: "nothing changes or refuses objects" };
    return {
      ok: false,
      seen: names(found),
      todo: "Whose are they? They see, and may change, what labctl makes.",
    };
  }),
  inCluster("API services", async (kube) => {
    const all = await kube.list({ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" });
    const others = all.filter(({ metadata, spec }) => isServed(spec) && !ownApis.includes(metadata.name));
    if (others.length === 0) return { ok: true, seen: "the API server's own" };
    return { ok: false, seen: names(others), todo: "Whose are they? They answer in the API server's place." };
  }),
  inCluster("cluster DNS", async (kube) => {
    const place = { namespace: "kube-system", name: "coredns" };
    const [deployment, config] = await Promise.all([
      kube.read({ kind: "Deployment", ...place }),
      kube.read({ kind: "ConfigMap", ...place }),
    ]);
    const words = (config?.data?.["Corefile"] ?? "").match(/^ {4}[a-z]+/gm) ?? [];
    const odd = words.map((word) => word.trim()).filter((word) => !corednsPlugins.includes(word));
    return given([
      ...oddImage(deployment, "registry.k8s.io/coredns/coredns:"),
      ...odd.map((it) => `plugin ${it}`),
    ]);
  }),
  inCluster("kube-proxy", async (kube) => {
    const ref = { apiVersion: "apps/v1", kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" };
    return given(oddImage(await kube.read(ref), "registry.k8s.io/kube-proxy:"));
  }),
  inCluster("lab images", async (kube, { platform }) => {
    const pushed = Object.entries(await readPushedImages(kube));
    const { registry } = platform;
    const own = pushed.filter(([reference]) => reference.startsWith(`${registry.host}/`));
    const held = await Promise.all(
      own.map(async ([reference, digest]) => {
        const found = await registry.digest(reference.slice(registry.host.length + 1));
        return found === digest ? [] : [reference];
      }),
    );
    const others = held.flat();
    if (others.length === 0) return { ok: true, seen: `${String(own.length)} as labctl pushed them` };
    return { ok: false, seen: `not as labctl pushed them: ${others.join(", ")}`, todo: "Run: labctl up" };
  }),
];

const registration = "admissionregistration.k8s.io/v1";
const admissionKinds = [
  ...mutators,
  { apiVersion: registration, kind: "ValidatingWebhookConfiguration" },
  { apiVersion: registration, kind: "ValidatingAdmissionPolicy" },
];

/** Of the add-on metrics-server. */
const ownApis: readonly string[] = ["v1beta1.metrics.k8s.io"];

/** What kubeadm's Corefile uses: https://coredns.io/plugins/ has those that answer with something else, too. */
const corednsPlugins: readonly string[] = [
  ...["errors", "health", "ready", "kubernetes", "prometheus"],
  ...["forward", "cache", "loop", "reload", "loadbalance"],
];

function inCluster(
  name: string,
  look: (kube: Kube, context: DoctorContext) => Promise<Diagnosis>,
): DoctorCheck {
  return {
    name,
    async look(context) {
      const { state } = await context.platform.cluster.observe();
      if (state !== "running") return { ok: true, seen: "no cluster runs" };
      try {
        return await look(await context.kube(), context);
      } catch (error) {
        const seen = error instanceof Error ? error.message : String(error);
        return { ok: false, seen, todo: "Run: labctl up" };
      }
    },
  };
}

function given(odd: readonly string[]): Diagnosis {
  if (odd.length === 0) return { ok: true, seen: "as kubeadm brought it" };
  return {
    ok: false,
    seen: odd.join(", "),
    todo: "Somebody has changed it. For a new cluster: labctl down, labctl up",
  };
}

function oddImage(workload: KubeObject | undefined, prefix: string): readonly string[] {
  const { template } = (workload?.spec ?? {}) as {
    template?: { spec?: { containers?: { image?: string }[] } };
  };
  const images = (template?.spec?.containers ?? []).map(({ image = "" }) => image);
  if (images.length === 0) return ["it is not there"];
  return images.filter((image) => !image.startsWith(prefix)).map((image) => `image ${image}`);
}

function isServed(spec: unknown): boolean {
  return (spec as { readonly service?: unknown } | undefined)?.service !== undefined;
}

function names(objects: readonly KubeObject[]): string {
  return [...new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`))].join(", ");
}
