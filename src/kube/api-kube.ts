import { readFile } from "node:fs/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { maxTextBytes } from "../bounded.ts";
import { EnvironmentError } from "../errors.ts";
import { apiObject, parseAnswer, send } from "./api-answer.ts";
import { createApiClient, type ApiClient } from "./api-client.ts";
import { execInPod, openInPod } from "./api-exec.ts";
import { listAll } from "./api-list.ts";
import { askRunningPods } from "./api-running-pods.ts";
import { createDiscovery, listQuery, nameRef, type FindPath } from "./api-paths.ts";
import { watchKind } from "./api-watch.ts";
import type { KindRef, Kube, ListOptions, LogOptions, ObjectRef } from "./kube.ts";
import type { NamedContext } from "./named-context.ts";
import type { KubeObject } from "./objects.ts";

/**
 * The cluster of a kubeconfig.
 * @param context whose cluster to take; without it, the current one, which has to be one that labctl made.
 * @throws EnvironmentError when the file is missing or no kubeconfig, when its cluster is not labctl's, or when it
 * would run a program that nobody has allowed.
 */
export async function openApiKube(kubeconfig: string, context?: NamedContext): Promise<Kube> {
  const config = await loadConfig(kubeconfig, context?.name);
  if (context?.credentialProgram !== true) refuseProgram(config, kubeconfig);
  const client = await createApiClient(config);
  return createApiKube(client);
}

async function loadConfig(kubeconfig: string, context: string | undefined): Promise<KubeConfig> {
  const config = new KubeConfig();
  try {
    config.loadFromString(await readFile(kubeconfig, "utf8"));
  } catch (cause) {
    const lastSeen = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError({
      message: `There is no cluster to talk to: ${kubeconfig}`,
      lastSeen,
      hint: "labctl up",
      cause,
    });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const lastSeen = `its contexts: ${config
      .getContexts()
      .map(({ name }) => name)
      .join(", ")}`;
    throw new EnvironmentError({ message: `${kubeconfig} names no cluster.`, lastSeen, hint: "labctl up" });
  }
  if (context === undefined) requireOwn({ kubeconfig, context: config.getCurrentContext(), server });
  return config;
}

/** Credentials by `exec`, or by the `cmd-path` of an auth provider: whoever wrote the file chose the program. */
function refuseProgram(config: KubeConfig, kubeconfig: string): void {
  const user = config.getCurrentUser();
  const { exec, authProvider } = (user ?? {}) as {
    readonly exec?: { readonly command?: string; readonly args?: readonly string[] | null };
    readonly authProvider?: { readonly config?: Readonly<Record<string, string>> };
  };
  const provider = authProvider?.config?.["cmd-path"];
  if (!exec && provider === undefined) return;
  const command = exec ? [exec.command ?? "", ...(exec.args ?? [])].join(" ") : (provider ?? "");
  throw new EnvironmentError({
    message: `${kubeconfig} wants a program to be run for the credentials of user ${user?.name ?? ""}.`,
    lastSeen: command,
    hint: "If you know that program and trust it, give labctl the flag: --credential-program",
  });
}

/** A cluster of kind's on this machine; anything else has to be named with --context. */
function requireOwn({
  kubeconfig,
  context,
  server,
}: Record<"kubeconfig" | "context" | "server", string>): void {
  const { hostname } = new URL(server);
  if (context.startsWith("kind-") && ["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return;
  throw new EnvironmentError({
    message: `${kubeconfig} is of a cluster that labctl did not make.`,
    lastSeen: `context ${context} at ${server}`,
    hint: `Name it, if it is meant: labctl check --kubeconfig ${kubeconfig} --context ${context}`,
  });
}

function createApiKube(client: ApiClient): Kube {
  const { findPath, namespacedKinds } = createDiscovery(client);
  const api: Api = { client, findPath };
  const get = async (path: string): Promise<string> =>
    (await send(client, { method: "GET", path }, `read ${path}`)).body;
  const readAny = (ref: ObjectRef) => read(api, ref) as Promise<never>;
  return {
    read: readAny,
    list: (kind: string | KindRef, options: ListOptions = {}) =>
      list(api, toRef(kind), options) as Promise<never>,
    watch: (kinds, options, onChange, signal) => {
      for (const kind of kinds)
        void watchKind({ client, findPath, kind: toRef(kind), options, onChange, signal });
    },
    apply: (object, namespace) => apply(api, object, namespace),
    patch: (ref, body) => patch(api, ref, { body, contentType: "application/merge-patch+json", query }),
    replace: (object) => replace(api, object),
    remove: (ref, options = {}) => remove(api, ref, options.graceSeconds),
    removeAll: (kind, namespace) => removeAll(api, toRef(kind), namespace),
    namespacedKinds,
    evict: (pod) => evict(client, pod),
    logs: (pod, options = {}) => logs(client, pod, options),
    create: (object) => create(api, object),
    open: (pod, command, options) => openInPod({ config: client.config, pod, command, ...options }),
    exec: (pod, command, options = {}) => execInPod({ config: client.config, pod, command, ...options }),
    runningPods: (node) => askRunningPods({ read: readAny, get }, node, Date.now()),
    get,
  };
}

/** Whose fields the written ones are. */
const query = "?fieldManager=labctl";

type PodRef = { readonly namespace: string; readonly name: string };

interface Api {
  readonly client: ApiClient;
  readonly findPath: FindPath;
}

function toRef(kind: string | KindRef): KindRef {
  return typeof kind === "string" ? { kind } : kind;
}

async function read({ client, findPath }: Api, ref: ObjectRef): Promise<KubeObject | undefined> {
  const path = (await findPath(ref))?.object(ref);
  if (path === undefined) return undefined;
  const doing = `read ${nameRef(ref)}`;
  const { status, body } = await send(client, { method: "GET", path }, doing, 404);
  return status === 404 ? undefined : parseAnswer(apiObject, body, doing);
}

async function list(
  { client, findPath }: Api,
  ref: KindRef,
  options: ListOptions,
): Promise<readonly KubeObject[]> {
  const collection = (await findPath(ref))?.collection(options.namespace);
  if (collection === undefined) return [];
  return listAll({ client, kind: ref.kind, path: collection + listQuery(options) });
}

async function apply(api: Api, object: KubeObject, namespace: string | undefined): Promise<KubeObject> {
  const ref = { ...object.metadata, apiVersion: object.apiVersion, kind: object.kind };
  const place = ref.namespace ?? namespace;
  const target = { ...ref, ...(place === undefined ? {} : { namespace: place }) };
  return patch(api, target, {
    body: object,
    contentType: "application/apply-patch+yaml",
    query: `${query}&force=false`,
  });
}

async function create({ client, findPath }: Api, object: KubeObject): Promise<KubeObject> {
  const ref = { ...object.metadata, apiVersion: object.apiVersion, kind: object.kind };
  const path = (await findPath(ref))?.collection(ref.namespace);
  if (path === undefined) throw unknownKind(ref);
  const request = { method: "POST", path: `${path}?fieldManager=labctl`, body: object } as const;
  const doing = `make ${nameRef(ref)}`;
  return parseAnswer(apiObject, (await send(client, request, doing)).body, doing);
}

function unknownKind({ kind, apiVersion }: ObjectRef): EnvironmentError {
  const message = `The cluster knows no kind ${kind} of ${apiVersion ?? "the common API groups"}.`;
  return new EnvironmentError({ message, hint: "kubectl api-resources" });
}

interface PatchBody {
  readonly body: unknown;
  readonly contentType: string;
  readonly query: string;
}

async function patch({ client, findPath }: Api, ref: ObjectRef, patching: PatchBody): Promise<KubeObject> {
  const path = (await findPath(ref))?.object(ref);
  if (path === undefined) throw unknownKind(ref);
  const { body, contentType, query } = patching;
  const request = { method: "PATCH", path: path + query, body, contentType } as const;
  const doing = `write ${nameRef(ref)}`;
  return parseAnswer(apiObject, (await send(client, request, doing)).body, doing);
}

async function replace({ client, findPath }: Api, object: KubeObject): Promise<KubeObject> {
  const ref = { ...object.metadata, apiVersion: object.apiVersion, kind: object.kind };
  const path = (await findPath(ref))?.object(ref);
  if (path === undefined) throw new Error(`There is no kind ${ref.kind} to replace an object of.`);
  const request = { method: "PUT", path: path + query, body: object } as const;
  const doing = `write ${nameRef(ref)}`;
  return parseAnswer(apiObject, (await send(client, request, doing)).body, doing);
}

async function remove(
  { client, findPath }: Api,
  ref: ObjectRef,
  graceSeconds: number | undefined,
): Promise<void> {
  const path = (await findPath(ref))?.object(ref);
  if (path === undefined) return;
  const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
  const body = { propagationPolicy: "Background", ...grace };
  await send(client, { method: "DELETE", path, body }, `delete ${nameRef(ref)}`, 404);
}

async function removeAll({ client, findPath }: Api, ref: KindRef, namespace: string): Promise<void> {
  const path = (await findPath(ref))?.collection(namespace);
  if (path === undefined) return;
  if (!path.includes("/namespaces/")) throw new Error(`${ref.kind} objects are in no namespace.`);
  const body = { propagationPolicy: "Background" };
  await send(client, { method: "DELETE", path, body }, `delete the ${ref.kind} objects of ${namespace}`, 404);
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
async function evict(client: ApiClient, { namespace, name }: PodRef): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } };
  await send(client, { method: "POST", path, body }, `evict pod ${name}`);
}

async function logs(client: ApiClient, pod: PodRef, options: LogOptions): Promise<string> {
  const query = new URLSearchParams(
    Object.entries({ ...options, limitBytes: maxTextBytes }).map(([key, value]): [string, string] => [
      key,
      String(value),
    ]),
  );
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log?${query.toString()}`;
  // 400: the container has not started yet.
  const { status, body } = await send(
    client,
    { method: "GET", path },
    `read the log of pod ${pod.name}`,
    400,
    404,
  );
  return status < 300 ? body : "";
}
