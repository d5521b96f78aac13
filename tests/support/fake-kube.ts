import { EnvironmentError } from "../../src/errors.ts";
import { ConflictError } from "../../src/kube/errors.ts";
import type {
  ExecOutput,
  KindRef,
  Kube,
  ListOptions,
  ObjectRef,
  RunningCommand,
  RunningPods,
} from "../../src/kube/kube.ts";
import { apiVersions, type KubeObject } from "../../src/kube/objects.ts";
import { counted } from "./counted-quota.ts";
import { runFakeCommand, type FakeCommand } from "./fake-command.ts";
import { merge } from "./merge-patch.ts";

/** Of the kinds that labctl names. */
const clusterScoped: readonly string[] = ["Node", "Namespace", "StorageClass"];

type PodRef = { readonly namespace: string; readonly name: string };

/** What a fake cluster does beyond keeping objects. */
export interface FakeKubeBehaviour {
  /** Called after an object was removed: where a test plays the controllers. */
  onRemove?: (ref: ObjectRef, kube: FakeKube) => void;
  onExec?: (pod: PodRef, command: readonly string[], input: string | undefined) => ExecOutput;
  /** What runs in a pod while labctl talks with it. */
  onOpen?: (pod: PodRef, command: readonly string[]) => FakeCommand;
  /** What admission makes of an object on its way in. */
  admit?: (object: KubeObject) => KubeObject;
  /** Called with a new object as it was stored. */
  onCreate?: (object: KubeObject, kube: FakeKube) => void;
  onApply?: (object: KubeObject, kube: FakeKube) => void;
  /** Called with the object as it was stored. */
  onPatch?: (object: KubeObject, kube: FakeKube) => void;
  /** Called before each write, with what `writes` will hold of it: may throw, as an outage does. */
  onWrite?: (write: string, kube: FakeKube) => void;
}

/** A cluster in memory: objects, logs, and selectors as the API server reads them. */
export class FakeKube implements Kube {
  readonly objects = new Map<string, KubeObject>();
  /** By `namespace/pod/container`; `namespace/pod` holds for any container. */
  readonly logText = new Map<string, string>();
  /** Everything that was written, in order: `apply Pod labctl-system/labctl-probe`. */
  readonly writes: string[] = [];
  /** Nodes that nobody stands behind, and why; all others run what is on them. */
  readonly hollowNodes = new Map<string, string>();
  /** UIDs of pods of which nothing runs, whatever they say. */
  readonly hollowPods = new Set<string>();
  /** An API server that does not answer. */
  down = false;
  /** Whoever uses it was killed: nothing is answered any more, and nothing done. */
  dead = false;
  behaviour: FakeKubeBehaviour;
  private readonly listeners = new Set<() => void>();
  private versions = 0;

  constructor(objects: readonly KubeObject[] = [], behaviour: FakeKubeBehaviour = {}) {
    this.behaviour = behaviour;
    this.add(...objects);
  }

  /** Those writes that are not the journal's of what has to be put back. */
  get writesBesideJournal(): readonly string[] {
    return this.writes.filter((write) => !isJournal(write.split("/").at(-1) ?? ""));
  }

  add(...objects: readonly KubeObject[]): this {
    for (const object of objects) this.objects.set(keyOf({ ...object.metadata, kind: object.kind }), object);
    this.changed();
    return this;
  }

  /** Takes an object away as if somebody else had deleted it. */
  forget(ref: ObjectRef): void {
    this.objects.delete(keyOf(ref));
    this.changed();
  }

  read(ref: ObjectRef): Promise<never> {
    return this.answer(() => this.objects.get(keyOf(ref)) as never);
  }

  list(kind: string | KindRef, options: ListOptions = {}): Promise<never> {
    const wanted = typeof kind === "string" ? kind : kind.kind;
    return this.answer(
      () =>
        [...this.objects.values()].filter(
          (object) => object.kind === wanted && matches(object, options),
        ) as never,
    );
  }

  watch(_kinds: unknown, _options: ListOptions, onChange: () => void, signal: AbortSignal): void {
    this.listeners.add(onChange);
    signal.addEventListener("abort", () => this.listeners.delete(onChange), { once: true });
  }

  apply(object: KubeObject, namespace?: string): Promise<KubeObject> {
    return this.answer(() => {
      const place = object.metadata.namespace ?? namespace;
      const metadata = {
        uid: `uid-${object.metadata.name}`,
        ...object.metadata,
        ...(place ? { namespace: place } : {}),
      };
      const stored = this.store({ ...object, metadata, ...counted(object) }, "apply");
      if (!isJournal(object.metadata.name)) this.behaviour.onApply?.(stored, this);
      return stored;
    });
  }

  create(object: KubeObject): Promise<KubeObject> {
    return this.answer(() => {
      const { name } = object.metadata;
      if (this.objects.has(keyOf({ ...object.metadata, kind: object.kind }))) {
        throw new EnvironmentError({ message: `${object.kind} ${name} is there already`, hint: "none" });
      }
      const metadata = { uid: `uid-${name}`, ...object.metadata };
      const stored = this.store({ ...object, metadata }, "create");
      this.behaviour.onCreate?.(stored, this);
      return stored;
    });
  }

  patch(ref: ObjectRef, patch: Readonly<Record<string, unknown>>): Promise<KubeObject> {
    return this.answer(() => {
      const found = this.objects.get(keyOf(ref));
      if (!found) throw new EnvironmentError({ message: `no ${ref.kind} ${ref.name}`, hint: "none" });
      refuseOld(found, (patch["metadata"] as KubeObject["metadata"] | undefined)?.resourceVersion);
      const stored = this.store(merge(found, patch) as KubeObject, "patch");
      this.behaviour.onPatch?.(stored, this);
      return stored;
    });
  }

  replace(object: KubeObject): Promise<KubeObject> {
    return this.answer(() => {
      const found = this.objects.get(keyOf({ ...object.metadata, kind: object.kind }));
      if (!found) throw new EnvironmentError({ message: `no ${object.metadata.name}`, hint: "none" });
      refuseOld(found, object.metadata.resourceVersion);
      return this.store(object, "replace");
    });
  }

  remove(ref: ObjectRef): Promise<void> {
    return this.answer(() => {
      this.write(`remove ${ref.kind} ${ref.namespace ?? ""}/${ref.name}`);
      this.forget(ref);
      if (!isJournal(ref.name)) this.behaviour.onRemove?.(ref, this);
    });
  }

  removeAll(kind: string | KindRef, namespace: string): Promise<void> {
    const wanted = typeof kind === "string" ? kind : kind.kind;
    return this.answer(() => {
      this.write(`remove all ${wanted} ${namespace}/`);
      for (const object of [...this.objects.values()]) {
        if (object.kind === wanted && object.metadata.namespace === namespace)
          this.forget({ ...object.metadata, kind: wanted });
      }
    });
  }

  /** Kubernetes' own that labctl names, and those of which there are objects. */
  namespacedKinds(): Promise<readonly KindRef[]> {
    return this.answer(() => {
      const own = Object.entries(apiVersions).map(([kind, apiVersion]) => ({ apiVersion, kind }));
      const found = [...this.objects.values()].filter(({ metadata }) => metadata.namespace !== undefined);
      const all = [...own.filter(({ kind }) => !clusterScoped.includes(kind)), ...found];
      return [...new Map(all.map(({ apiVersion, kind }) => [kind, { apiVersion, kind }])).values()];
    });
  }

  evict({ namespace, name }: PodRef): Promise<void> {
    return this.answer(() => {
      const ref = { kind: "Pod", namespace, name };
      this.write(`evict Pod ${namespace}/${name}`);
      this.forget(ref);
      this.behaviour.onRemove?.(ref, this);
    });
  }

  logs(pod: PodRef, options: { readonly container?: string } = {}): Promise<string> {
    const key = `${pod.namespace}/${pod.name}`;
    return this.answer(
      () => this.logText.get(`${key}/${options.container ?? ""}`) ?? this.logText.get(key) ?? "",
    );
  }

  exec(
    pod: PodRef,
    command: readonly string[],
    options: { readonly input?: string } = {},
  ): Promise<ExecOutput> {
    return this.answer(() => {
      if (!this.behaviour.onExec) throw new Error("no onExec");
      return this.behaviour.onExec(pod, command, options.input);
    });
  }

  runningPods(node: string): Promise<RunningPods> {
    return this.answer(() => {
      const why = this.hollowNodes.get(node);
      if (why !== undefined) return { ok: false, why };
      const pods = [...this.objects.values()].filter(
        ({ kind, spec }) => kind === "Pod" && (spec as { readonly nodeName?: string }).nodeName === node,
      );
      const uids = pods.flatMap(({ metadata: { uid = "" } }) => (this.hollowPods.has(uid) ? [] : [uid]));
      return { ok: true, uids: new Set(uids) };
    });
  }

  open(
    pod: PodRef,
    command: readonly string[],
    options: { readonly maxBytes: number },
  ): Promise<RunningCommand> {
    return this.answer(() => {
      if (!this.behaviour.onOpen) throw new Error("no onOpen");
      return runFakeCommand(this.behaviour.onOpen(pod, command), options.maxBytes);
    });
  }

  get(path: string): Promise<string> {
    return this.answer(() => path);
  }

  /** Stored objects carry a version that no other one has; those that a test adds carry what it gives them. */
  private store(object: KubeObject, how: "apply" | "create" | "patch" | "replace"): KubeObject {
    const { name, namespace = "" } = object.metadata;
    this.write(`${how} ${object.kind} ${namespace}/${name}`);
    const admitted =
      how === "apply" || how === "create" ? (this.behaviour.admit?.(object) ?? object) : object;
    const stored = { ...admitted, metadata: { ...object.metadata, resourceVersion: `v${++this.versions}` } };
    this.add(stored);
    return stored;
  }

  private write(text: string): void {
    this.behaviour.onWrite?.(text, this);
    this.writes.push(text);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private async answer<T>(work: () => T): Promise<T> {
    if (this.dead) return new Promise<never>(() => undefined);
    if (this.down) {
      throw new EnvironmentError({
        message: "The cluster does not answer at https://127.0.0.1:6443.",
        hint: "labctl up",
      });
    }
    return work();
  }
}

/** What src/disturb/journal.ts writes: no test that plays a controller has to know of it. */
function isJournal(name: string): boolean {
  return name.startsWith("undo-");
}

function refuseOld({ metadata, kind }: KubeObject, version: string | undefined): void {
  if (version === undefined || version === metadata.resourceVersion) return;
  const message = `Somebody else wrote ${kind} ${metadata.name} at the same time.`;
  throw new ConflictError({ message, hint: "Run it again." });
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace ?? ""}/${name}`;
}

function matches(object: KubeObject, { namespace, labelSelector, fieldSelector }: ListOptions): boolean {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  const labels = terms(labelSelector).every(([key, value]) => {
    const has = object.metadata.labels?.[key];
    return value === undefined ? has !== undefined : has === value;
  });
  const isField = (path: string, value = "") => (fieldOf(object, path.replace("!", "")) ?? "") === value;
  return labels && terms(fieldSelector).every(([path, value]) => isField(path, value) !== path.endsWith("!"));
}

function terms(selector = ""): readonly (readonly [string, string | undefined])[] {
  const parts = selector.split(",").filter((part) => part !== "");
  return parts.map((part) => {
    const [key = "", value] = part.split("=");
    return [key, value] as const;
  });
}

function fieldOf(object: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
