import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "./objects.ts";
import { parseQuantity } from "./quantity.ts";

/**
 * Where a stored Pod, or a Job, says something else than what was sent: `spec.containers[0].command`; undefined when
 * it is as it was sent, but for what the API server and its own admission write into every one.
 */
export function differsAt(stored: KubeObject, sent: KubeObject): string | undefined {
  return compare(sent["spec"], stored["spec"], { path: "spec", field: sent.kind });
}

type Allows = (value: unknown) => boolean;

const anything: Allows = () => true;
const only =
  (wanted: unknown): Allows =>
  (value) =>
    isDeepStrictEqual(value, wanted);

/**
 * What is written into an object that does not say it: by Kubernetes's defaults, by the scheduler, and by the admission
 * plugins that every cluster has on. By the field that the object stands in, or by its kind.
 * https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#which-plugins-are-enabled-by-default
 */
const filledIn: Readonly<Record<string, Readonly<Record<string, Allows>>>> = {
  Pod: {
    dnsPolicy: only("ClusterFirst"),
    enableServiceLinks: only(true),
    imagePullSecrets: anything,
    nodeName: anything,
    preemptionPolicy: anything,
    priority: anything,
    priorityClassName: anything,
    restartPolicy: only("Always"),
    schedulerName: only("default-scheduler"),
    securityContext: only({}),
    serviceAccount: anything,
    serviceAccountName: only("default"),
    terminationGracePeriodSeconds: only(30),
    tolerations: anything,
  },
  // Its pods are not made yet: nobody else than the defaults has a say.
  Job: {
    backoffLimit: anything,
    completionMode: only("NonIndexed"),
    completions: only(1),
    manualSelector: only(false),
    parallelism: only(1),
    podReplacementPolicy: anything,
    selector: anything,
    suspend: only(false),
  },
  template: { metadata: anything },
  metadata: { creationTimestamp: anything, labels: anything },
  // The controller finds its pods by labels of its own.
  labels: {
    "batch.kubernetes.io/controller-uid": anything,
    "batch.kubernetes.io/job-name": anything,
    "controller-uid": anything,
    "job-name": anything,
  },
  containers: {
    imagePullPolicy: anything,
    resizePolicy: anything,
    resources: only({}),
    terminationMessagePath: only("/dev/termination-log"),
    terminationMessagePolicy: only("File"),
  },
  // A LimitRange may bound what a container takes; what is asked for decides whether a node is found for it.
  resources: { limits: (limits) => isBound(limits) },
  limits: { cpu: anything, memory: anything, "ephemeral-storage": anything },
  readinessProbe: { failureThreshold: only(3), successThreshold: only(1) },
  projected: { defaultMode: only(0o644) },
};

function isBound(limits: unknown): boolean {
  return Object.keys(limits ?? {}).every((resource) => filledIn["limits"]?.[resource] !== undefined);
}

interface Place {
  readonly path: string;
  /** A key of `filledIn`. */
  readonly field: string;
}

function compare(sent: unknown, stored: unknown, { path, field }: Place): string | undefined {
  if (field === "tolerations") return holdsAll(sent, stored) ? undefined : path;
  if (field === "amount") return isSameAmount(sent, stored) ? undefined : path;
  if (Array.isArray(sent)) return compareLists(sent, stored, { path, field });
  if (typeof sent !== "object" || sent === null) return sent === stored ? undefined : path;
  if (typeof stored !== "object" || stored === null) return path;
  return compareFields(new Map(Object.entries(sent)), new Map(Object.entries(stored)), { path, field });
}

function compareLists(sent: readonly unknown[], stored: unknown, { path, field }: Place): string | undefined {
  if (!Array.isArray(stored) || stored.length !== sent.length) return path;
  const places = sent.map((each, index) =>
    compare(each, stored[index], { path: `${path}[${String(index)}]`, field }),
  );
  return places.find((place) => place !== undefined);
}

type Fields = ReadonlyMap<string, unknown>;

function compareFields(sent: Fields, stored: Fields, { path, field }: Place): string | undefined {
  const said = [...sent].filter(([, value]) => value !== undefined).map(([key]) => key);
  const there = [...stored].filter(([, value]) => value !== undefined).map(([key]) => key);
  const added = there.filter((key) => !said.includes(key));
  const allowed = filledIn[field] ?? {};
  const strange = added.find((key) => allowed[key]?.(stored.get(key)) !== true);
  if (strange !== undefined) return `${path}.${strange}`;
  const places = said.map((key) => {
    // The API server leaves it out.
    if (key === "readOnly" && sent.get(key) === false && !stored.has(key)) return undefined;
    return compare(sent.get(key), stored.get(key), { path: `${path}.${key}`, field: fieldOf(field, key) });
  });
  return places.find((place) => place !== undefined);
}

/** What stands in a field: a Job's template holds a pod, and amounts are written anew by the API server. */
function fieldOf(field: string, key: string): string {
  if (field === "template" && key === "spec") return "Pod";
  if (field === "requests" || field === "limits" || key === "sizeLimit") return "amount";
  return key === "initContainers" ? "containers" : key;
}

function isSameAmount(sent: unknown, stored: unknown): boolean {
  return parseQuantity(String(sent)) === parseQuantity(String(stored));
}

/** Admission adds some for nodes that fail. */
function holdsAll(sent: unknown, stored: unknown): boolean {
  if (!Array.isArray(sent) || !Array.isArray(stored)) return false;
  return sent.every((each) => stored.some((other) => isDeepStrictEqual(each, other)));
}
