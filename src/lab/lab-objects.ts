/** What objects of a lab may be: those of its own namespaces, which reset takes away, and none that reaches a node. */
import type { KubeObject } from "../kube/objects.ts";
import { defaultNamespace } from "./default-namespace.ts";
import type { Lab } from "./schema.ts";

/** Kinds beside a namespace that change the cluster for everybody, or survive a reset. */
const ofTheCluster: readonly string[] = [
  ...[
    "Node",
    "APIService",
    "CertificateSigningRequest",
    "RuntimeClass",
    "FlowSchema",
    "PriorityLevelConfiguration",
  ],
  ...[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "CSIDriver",
    "CSINode",
    "VolumeAttachment",
  ],
  ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"],
  // Whoever is bound so may make pods in namespaces where nobody looks at them.
  "ClusterRoleBinding",
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
];

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, as far as it is about the node. */
const ofTheNode: readonly string[] = [
  "hostPath",
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "hostPort",
  "privileged",
  ...["hostProcess", "procMount", "sysctls", "flexVolume", "gitRepo"],
];

/** Beyond these, a capability is the node's: the same page. */
const capabilities: readonly string[] = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** What holds every pod of a namespace to a standard: https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export const podSecurityLabel = "pod-security.kubernetes.io/enforce";

/** What is wrong with them, a sentence each. */
export function objectProblems(lab: Lab, objects: readonly KubeObject[]): readonly string[] {
  return objects.flatMap((object) => [
    ...namespaceProblems(lab, object),
    ...podSecurityProblems(object),
    ...(ofTheCluster.includes(object.kind)
      ? [`${nameOf(object)} is the whole cluster's: a lab has objects of its own namespaces`]
      : []),
    // Lists are taken apart by kubectl, after everybody has looked at them.
    ...("items" in object ? [`${nameOf(object)} is a list: write its objects one by one`] : []),
    // A volume of this kind is any folder of the node.
    ...(object.kind === "PersistentVolume" && asMap(object["spec"])["local"] !== undefined
      ? [`${nameOf(object)} has local, which reaches the node that it is on`]
      : []),
    ...nodeFields(object).map(
      (field) => `${nameOf(object)} has ${field}, which reaches the node that it runs on`,
    ),
  ]);
}

/** Labs are proven side by side: what one of them makes beside its own namespace is told from the others' by its name. */
function namespaceProblems(lab: Lab, { kind, metadata }: KubeObject): readonly string[] {
  const name = kind === "Namespace" ? metadata.name : metadata.namespace;
  return name === undefined ? [] : foreignNamespace(lab, name);
}

function podSecurityProblems(object: KubeObject): readonly string[] {
  const { kind, metadata } = object;
  if (kind !== "Namespace" || ["baseline", "restricted"].includes(metadata.labels?.[podSecurityLabel] ?? ""))
    return [];
  return [`${nameOf(object)} lets pods reach their node: give it the label ${podSecurityLabel}: baseline`];
}

/** Nothing for a namespace of this lab. */
export function foreignNamespace(lab: Lab, name: string): readonly string[] {
  const own = defaultNamespace(lab.id);
  if (name === own || name.startsWith(`${own}-`)) return [];
  return [`namespace ${name} is not this lab's: call it ${own}-elsewhere, or alike`];
}

/** Fields of a pod, wherever its spec stands in an object, that are set. */
export function nodeFields(part: unknown): readonly string[] {
  if (Array.isArray(part)) return [...new Set(part.flatMap(nodeFields))];
  return Object.entries(asMap(part)).flatMap(([key, value]) => {
    if (ofTheNode.includes(key)) return value !== false && value !== null ? [key] : [];
    if (key === "capabilities" && hasMore(asMap(value)["add"])) return ["capabilities"];
    return nodeFields(value);
  });
}

/** What a JSON patch sets, by the last words of its paths and by its values. */
export function patchedNodeFields(patch: unknown): readonly string[] {
  if (!Array.isArray(patch)) return nodeFields(patch);
  return patch.flatMap((one: unknown) => {
    const { op, path, value } = asMap(one);
    if (op === "move" || op === "copy") return [op];
    const keys = String(path).split("/").slice(1).reverse();
    return nodeFields(keys.reduce<unknown>((inner, key) => ({ [key]: inner }), value ?? null));
  });
}

function hasMore(added: unknown): boolean {
  return Array.isArray(added) && added.some((one) => !capabilities.includes(String(one)));
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
