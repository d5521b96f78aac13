import type { KubeObject, Pod, Workload } from "../../src/kube/objects.ts";
import { historyKey, historyLimit, revisionKey } from "../../src/kube/revisions.ts";
import { deployment, namespace, ownedBy, pod } from "./cluster-objects.ts";
import { FakeKube, type FakeKubeBehaviour } from "./fake-kube.ts";

type Template = Workload["spec"]["template"];

export interface RollingOptions {
  readonly name?: string;
  readonly replicas?: number;
  /** Templates that it had before the present one, the oldest first. */
  readonly history?: readonly Template[];
  readonly template?: Template;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly behaviour?: FakeKubeBehaviour;
}

/** A template with one container. */
export function template(image: string, env: Readonly<Record<string, string>> = {}): Template {
  const list = Object.entries(env).map(([name, value]) => ({ name, value }));
  return {
    metadata: { labels: { app: "web" } },
    spec: { containers: [{ name: "main", image, ...(list.length === 0 ? {} : { env: list }) }] },
  };
}

/** A cluster with one Deployment, and its controller: every change of a template is rolled out at once. */
export function rollingCluster(options: RollingOptions = {}): FakeKube {
  const { name = "web", replicas = 2, history = [], fields = {}, behaviour = {} } = options;
  const [made] = deployment({ name, replicas });
  const start = { ...made, metadata: { ...made.metadata, generation: 1 } };
  const kube = new FakeKube([], {
    ...behaviour,
    onPatch: (object, fake) => {
      if (object.kind === "Deployment") rollOut(fake, grown(object));
      behaviour.onPatch?.(object, fake);
    },
    onRemove: (ref, fake) => {
      if (ref.kind === "Pod") replace(fake, ref.namespace ?? "", name);
      behaviour.onRemove?.(ref, fake);
    },
  });
  for (const each of [...history, options.template ?? template("localhost:5001/web:2")]) {
    const before = (kube.objects.get(`Deployment ${namespace}/${name}`) ?? start) as Workload;
    rollOut(kube, grown({ ...before, spec: { ...before.spec, ...fields, template: each } }));
  }
  return kube;
}

/** What there is to compare: the Deployment without what every write changes, and its history. */
export function standing(kube: FakeKube): unknown {
  const all = [...kube.objects.values()];
  const top = all.find(({ kind }) => kind === "Deployment") as Workload | undefined;
  const sets = all.filter(({ kind }) => kind === "ReplicaSet") as Workload[];
  return {
    spec: top?.spec,
    pods: podsIn(kube).length,
    history: sets.map(({ metadata, spec }) => [
      metadata.uid,
      spec.replicas,
      metadata.annotations,
      spec.template,
    ]),
  };
}

function grown(object: KubeObject): Workload {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } } as Workload;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status, all of it at once. */
function rollOut(kube: FakeKube, written: Workload): void {
  const top = { ...written, spec: { ...written.spec, template: normal(written.spec.template) } };
  const { replicas = 1 } = top.spec;
  const status = { replicas, readyReplicas: replicas, updatedReplicas: replicas };
  kube.add({ ...top, status: { ...status, observedGeneration: top.metadata.generation ?? 0 } });
  const sets = setsOf(kube, top);
  const wanted = JSON.stringify(top.spec.template);
  const present = sets.find(({ spec }) => JSON.stringify(spec.template) === wanted) ?? newSet(top, sets);
  const others = sets.filter(({ metadata }) => metadata.uid !== present.metadata.uid);
  const number = Math.max(0, ...others.map(numberOf)) + 1;
  const own = numberOf(present);
  const earlier = [present.metadata.annotations?.[historyKey], own === 0 ? undefined : String(own)];
  const annotations =
    own >= number
      ? present.metadata.annotations
      : {
          [revisionKey]: String(number),
          ...(own === 0 ? {} : { [historyKey]: earlier.filter((each) => each !== undefined).join(",") }),
        };
  const isNew = (present.spec.replicas ?? 0) === 0;
  kube.add({
    ...present,
    metadata: { ...present.metadata, ...(annotations ? { annotations } : {}) },
    spec: { ...present.spec, replicas },
    status: { replicas },
  });
  for (const each of others)
    kube.add({ ...each, spec: { ...each.spec, replicas: 0 }, status: { replicas: 0 } });
  if (isNew) {
    for (const { metadata } of podsIn(kube)) kube.forget({ kind: "Pod", ...metadata });
    for (let index = 0; index < replicas; index++) addPod(kube, present);
  }
  const old = setsOf(kube, top).filter(({ spec }) => spec.replicas === 0);
  for (const { metadata } of old.slice(0, Math.max(0, old.length - historyLimit(top))))
    kube.forget({ kind: "ReplicaSet", ...metadata });
}

/** An annotation that was taken away leaves an empty map, which the API server does not store. */
function normal({ metadata = {}, ...rest }: Template): Template {
  const { annotations, ...others } = metadata;
  const has = annotations !== undefined && Object.keys(annotations).length > 0;
  return { metadata: has ? { ...others, annotations } : others, ...rest };
}

function setsOf(kube: FakeKube, top: Workload): Workload[] {
  const all = [...kube.objects.values()].filter(({ kind }) => kind === "ReplicaSet") as Workload[];
  return all.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === top.metadata.uid);
}

function numberOf({ metadata }: Workload): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

let made = 0;

function newSet(top: Workload, sets: readonly Workload[]): Workload {
  const name = `${top.metadata.name}-set-${sets.length + 1}-${++made}`;
  const [, set] = deployment({ name: top.metadata.name });
  return {
    ...set,
    metadata: { name, namespace, uid: `uid-${name}`, ownerReferences: [ownedBy(top)] },
    spec: { selector: top.spec.selector, replicas: 0, template: top.spec.template },
  };
}

function addPod(kube: FakeKube, owner: Workload): void {
  kube.add(pod({ name: `${owner.metadata.name}-${++made}`, owner: ownedBy(owner) }));
}

/** The lab's: labctl's own are elsewhere. */
export function podsIn(kube: FakeKube): Pod[] {
  const pods = [...kube.objects.values()].filter(({ kind }) => kind === "Pod") as Pod[];
  return pods.filter(({ metadata }) => metadata.namespace === namespace);
}

/** A pod that was deleted is made anew by its ReplicaSet. */
function replace(kube: FakeKube, place: string, name: string): void {
  const top = kube.objects.get(`Deployment ${place}/${name}`) as Workload | undefined;
  const set = top && setsOf(kube, top).find(({ spec }) => (spec.replicas ?? 0) > 0);
  if (set && podsIn(kube).length < (set.spec.replicas ?? 0)) addPod(kube, set);
}
