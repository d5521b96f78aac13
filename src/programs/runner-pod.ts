import type { KubeObject } from "../kube/objects.ts";
import { bounded, hardenedContainer, unprivileged } from "../probe/hardened-pod.ts";
import { ownLabels } from "../probe/own-objects.ts";
import { withDigest } from "../probe/pushed-image.ts";

/** What a pod for programs depends on; programs that agree in it share one. */
export interface RunnerWanted {
  /** By reference, of the lab's images. */
  readonly image: string;
  /** A quantity. */
  readonly memory: string;
  /** A PersistentVolumeClaim of the lab's namespace, and where the pod has it. */
  readonly claim?: { readonly name: string; readonly path: string; readonly writable: boolean } | undefined;
  /** What its token may do in the lab's namespace; without it, it has none. */
  readonly api?: readonly ApiRule[] | undefined;
}

/** As in a Role: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-example */
export interface ApiRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export interface RunnerPlace {
  readonly name: string;
  readonly namespace: string;
  /** The lab's, for what a killed labctl leaves behind. */
  readonly lab: string;
  /** Of the image, as labctl pushed it. */
  readonly digest: string;
}

/** Longer than any check goes on with one pod: then it ends by itself, whoever made it. */
const limitSeconds = 3600;
const user = 65532;

/** A pod that sleeps until programs are run in it, as Pod Security's `restricted` wants it. */
export function runnerPod(wanted: RunnerWanted, place: RunnerPlace): KubeObject {
  const { image, claim, api } = wanted;
  const { name, namespace, lab, digest } = place;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: ownLabels(lab) },
    spec: {
      containers: [
        {
          name: "program",
          image: withDigest(image, digest),
          command: ["sleep", String(limitSeconds)],
          workingDir: "/tmp",
          env: environment,
          resources: bounded({ cpu: "50m", memory: "64Mi" }, { cpu: "1", memory: wanted.memory }),
          securityContext: hardenedContainer,
          volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            ...(claim ? [{ name: "claim", mountPath: claim.path, readOnly: !claim.writable }] : []),
            ...(api ? [{ name: "token", mountPath: tokenPath, readOnly: true }] : []),
          ],
        },
      ],
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
        ...(claim
          ? [
              {
                name: "claim",
                persistentVolumeClaim: { claimName: claim.name, readOnly: !claim.writable },
              },
            ]
          : []),
        ...(api ? [tokenVolume] : []),
      ],
      securityContext: { ...unprivileged(user), fsGroup: user },
      ...(api ? { serviceAccountName: name } : {}),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: "Never",
      activeDeadlineSeconds: limitSeconds,
      terminationGracePeriodSeconds: 0,
    },
  };
}

const environment = [
  { name: "HOME", value: "/tmp" },
  { name: "TMPDIR", value: "/tmp" },
  { name: "PYTHONDONTWRITEBYTECODE", value: "1" },
  { name: "PYTHONUNBUFFERED", value: "1" },
];

/** Where client libraries look. */
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

const tokenVolume = {
  name: "token",
  projected: {
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ],
  },
};

/** What gives a pod's token its rules in the lab's namespace, in the order in which it is made. */
export function runnerAccess(rules: readonly ApiRule[], place: RunnerPlace): readonly KubeObject[] {
  const { name, namespace, lab } = place;
  const labels = ownLabels(lab);
  const group = "rbac.authorization.k8s.io";
  const subject = { kind: "ServiceAccount", name, namespace };
  return [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace, labels },
      automountServiceAccountToken: false,
    },
    { apiVersion: `${group}/v1`, kind: "Role", metadata: { name, namespace: lab, labels }, rules },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name, namespace: lab, labels },
      roleRef: { apiGroup: group, kind: "Role", name },
      subjects: [subject],
    },
  ];
}
