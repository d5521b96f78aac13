import type { KnownKinds, KubeObject } from "./objects.ts";

/** Which object: `apiVersion` may be left out for a kind of `KnownKinds`. */
export interface ObjectRef {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  /** Left out for cluster-scoped kinds. */
  readonly namespace?: string;
}

export interface ListOptions {
  /** Left out: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string;
  /** In the API's own syntax: `app=nginx,tier!=db`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A kind to list or watch; `apiVersion` is needed for kinds beyond `KnownKinds`. */
export interface KindRef {
  readonly apiVersion?: string;
  readonly kind: string;
}

export interface ExecOptions {
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Of its output, standard error included; 1 MiB by default. */
  readonly maxBytes?: number;
  /** Milliseconds that it may take; a minute by default. */
  readonly withinMs?: number;
}

export interface ExecOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command at work in a container. */
export interface RunningCommand {
  /**
   * The lines that it writes to standard output, as they come; over when it has ended.
   * @throws EnvironmentError while they are read: the connection was lost, it wrote more than it may, or the signal
   * was aborted.
   */
  readonly lines: AsyncIterable<string>;
  /** Writes to its standard input. */
  write(text: string): void;
  /** How it ended, with the end of what it wrote to standard error. @throws EnvironmentError as `lines` does. */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
  /** Ends the connection; a command that waits for nothing goes on in its container. */
  close(): void;
}

/**
 * The cluster, through its API server. Every method throws `EnvironmentError` when the API server cannot be
 * reached or refuses labctl itself; an object that does not exist is a value (`undefined`, an empty list).
 */
export interface Kube {
  /** The object, or undefined when it does not exist (its kind included, for custom resources). */
  read<K extends keyof KnownKinds>(ref: ObjectRef & { readonly kind: K }): Promise<KnownKinds[K] | undefined>;
  read(ref: ObjectRef): Promise<KubeObject | undefined>;

  /** All objects that match, in the API server's order; empty when there are none or the kind is unknown. */
  list<K extends keyof KnownKinds>(kind: K, options?: ListOptions): Promise<readonly KnownKinds[K][]>;
  list(kind: string | KindRef, options?: ListOptions): Promise<readonly KubeObject[]>;

  /**
   * Calls `onChange` after anything of these kinds changed in the namespace, until the signal is aborted.
   * Lists and re-watches by itself when the API server ends a watch. Calls may be merged; none is lost.
   */
  watch(
    kinds: readonly (string | KindRef)[],
    options: ListOptions,
    onChange: () => void,
    signal: AbortSignal,
  ): void;

  /**
   * Server-side apply with fieldManager `labctl`. Returns the object as stored.
   * @param namespace given to a namespaced object that names none.
   * @throws EnvironmentError naming the other manager when a field is owned by it: conflicts are shown, not forced.
   */
  apply(object: KubeObject, namespace?: string): Promise<KubeObject>;

  /**
   * Makes a new object, and returns it as stored.
   * @throws EnvironmentError when there is one of this name already, too.
   */
  create(object: KubeObject): Promise<KubeObject>;

  /**
   * A merge patch (RFC 7396), for what apply cannot say.
   * @throws ConflictError when it names a `metadata.resourceVersion` that the object no longer has.
   */
  patch(ref: ObjectRef, patch: Readonly<Record<string, unknown>>): Promise<KubeObject>;

  /**
   * Puts an object in the place of the one that was read, whoever wrote its fields. Returns the object as stored.
   * @param object with the `metadata.resourceVersion` that was read.
   * @throws ConflictError when somebody else has written it since, EnvironmentError when it is gone.
   */
  replace(object: KubeObject): Promise<KubeObject>;

  /**
   * Deletes it; one that does not exist is fine. Returns before finalizers have run.
   * @param options.graceSeconds 0 ends a pod at once, as `kubectl delete --now --force` does.
   */
  remove(ref: ObjectRef, options?: { readonly graceSeconds?: number }): Promise<void>;

  /**
   * Deletes all objects of a kind in a namespace, in one request, as `kubectl delete <kind> --all` does; none, or an
   * unknown kind, is fine. Returns before finalizers have run.
   */
  removeAll(kind: string | KindRef, namespace: string): Promise<void>;

  /**
   * Every kind whose objects are in namespaces and can be listed and deleted, custom ones included: each once, in the
   * version that the cluster prefers. Events are of v1 only: events.k8s.io has the same ones again. Asked anew each
   * time, since a CustomResourceDefinition brings a kind at any time.
   * @throws EnvironmentError when a part of the API does not answer, too: what it has cannot be told.
   */
  namespacedKinds(): Promise<readonly KindRef[]>;

  /**
   * Evicts a pod, as `kubectl drain` does.
   * @throws DisruptionBudgetError when a disruption budget does not allow it.
   */
  evict(pod: { readonly namespace: string; readonly name: string }): Promise<void>;

  /** A container's log, the first MiB of what was asked for; empty when there is none yet. */
  logs(pod: { readonly namespace: string; readonly name: string }, options?: LogOptions): Promise<string>;

  /**
   * Runs a command in a container, as `kubectl exec` does, and collects its output.
   * @throws EnvironmentError when it writes more than it may, or takes longer, too.
   */
  exec(
    pod: { readonly namespace: string; readonly name: string; readonly container?: string },
    command: readonly string[],
    options?: ExecOptions,
  ): Promise<ExecOutput>;

  /**
   * What a node's kubelet runs at this moment, as it says itself: a pod's status can be written by anybody.
   * @throws EnvironmentError when a kubelet that ought to be there does not answer.
   */
  runningPods(node: string): Promise<RunningPods>;

  /**
   * Starts a command in a container, and talks with it while it runs.
   * @param options.maxBytes of its output, standard error included; more ends the conversation.
   */
  open(
    pod: { readonly namespace: string; readonly name: string; readonly container?: string },
    command: readonly string[],
    options: { readonly maxBytes: number; readonly signal?: AbortSignal },
  ): Promise<RunningCommand>;

  /** A GET of a path of the API server (`/version`, `/readyz`), as text. */
  get(path: string): Promise<string>;
}

/** What only looks at the cluster. */
export type KubeReads = Pick<
  Kube,
  "read" | "list" | "watch" | "namespacedKinds" | "logs" | "runningPods" | "get"
>;

/** The UIDs of the pods of which a container runs, or why nobody stands behind the node, as a clause: "there is no node ghost". */
export type RunningPods =
  { readonly ok: true; readonly uids: ReadonlySet<string> } | { readonly ok: false; readonly why: string };

export interface LogOptions {
  readonly container?: string;
  readonly sinceSeconds?: number;
  readonly tailLines?: number;
}
