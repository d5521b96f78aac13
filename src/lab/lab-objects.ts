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
];

/** What is wrong with them, a sentence each. */
export function objectProblems(lab: Lab, objects: readonly KubeObject[]): readonly string[] {
  return objects.flatMap((object) => [
    ...namespaceProblems(lab, object),
    ...(ofTheCluster.includes(object.kind)
      ? [`${nameOf(object)} is the whole cluster's: a lab has objects of its own namespaces`]
      : []),
    ...nodeFields(object).map(
      (field) => `${nameOf(object)} has ${field}, which reaches the node that it runs on`,
    ),
  ]);
}

/** Labs are proven side by side: what one of them makes beside its own namespace is told from the others' by its name. */
function namespaceProblems(lab: Lab, { kind, metadata }: KubeObject): readonly string[] {
  const name = kind === "Namespace" ? metadata.name : metadata.namespace;
  const own = defaultNamespace(lab.id);
  if (name === undefined || name === own || name.startsWith(`${own}-`)) return [];
  return [`namespace ${name} is not this lab's: call it ${own}-elsewhere, or alike`];
}

/** Fields of a pod, wherever its spec stands in an object, that are set. */
function nodeFields(part: unknown): readonly string[] {
  if (Array.isArray(part)) return [...new Set(part.flatMap(nodeFields))];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    ofTheNode.includes(key) && value !== false && value !== null ? [key] : nodeFields(value),
  );
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
