/**
 * What labctl remembers of a started lab: a ConfigMap named after the lab's namespace in `labctl-system`, so that
 * any labctl can pick the lab up (docs/principles.md: "The cluster is the state").
 */
import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { changeObject } from "../kube/change-object.ts";
import type { Kube } from "../kube/kube.ts";
import type { ConfigMap } from "../kube/objects.ts";
import { systemNamespace } from "./system-namespace.ts";
import { parseJson } from "../parse-json.ts";

/** An object as it was when something was recorded; one with another UID is another object. */
export interface MadeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Left out: the lab's. */
  readonly namespace?: string | undefined;
  readonly uid: string;
}

export interface LabState {
  readonly lab: string;
  readonly namespace: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  /** Decides what differs from student to student: the order of a quiz's choices. */
  readonly seed: string;
  /** UIDs of the pods that `start` left Ready, by Deployment: what "untouched" is measured against. */
  readonly podUids: Readonly<Record<string, readonly string[]>>;
  /** What the Helm releases that `start` installed made, by release. */
  readonly releases?: Readonly<Record<string, readonly MadeObject[]>> | undefined;
  /** UIDs of the Deployments that `start` made: a Deployment that was deleted and created anew has another. */
  readonly deploymentUids?: Readonly<Record<string, string>> | undefined;
  /** The student's answers: exercise id → question id → choice. */
  readonly quiz: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Hints already given: exercise id → their places in lab.yaml. */
  readonly hints: Readonly<Record<string, readonly number[]>>;
  /** When `labctl solve` did the lab; RFC 3339, UTC. */
  readonly solvedAt?: string | undefined;
  /** The last report's score as it stands there, by whomever: score.ts says what it is worth. */
  readonly lastScore?: unknown;
}

const text = z.string();
const made = z.object({ apiVersion: text, kind: text, name: text, namespace: text.optional(), uid: text });

/** A field that changes its meaning, or goes, makes a new version. */
const versioned = z.object({ version: z.literal(1, "another labctl has written it").default(1) });

const written: z.ZodType<LabState> = z.object({
  // It goes into commands that are proposed.
  lab: text.regex(/^[a-z0-9-]+$/, "it is no lab's id"),
  namespace: text,
  startedAt: text,
  seed: text,
  podUids: z.record(text, z.array(text)),
  releases: z.record(text, z.array(made)).optional(),
  deploymentUids: z.record(text, text).optional(),
  quiz: z.record(text, z.record(text, text)),
  hints: z.record(text, z.array(z.number())),
  solvedAt: text.optional(),
  lastScore: z.unknown().optional(),
});

const key = "state.json";
const labLabel = "labctl.dev/lab";

/** The state in a ConfigMap; or whose it is, as far as that can be told, and why it cannot be read. */
export type StoredState =
  | { readonly readable: true; readonly state: LabState }
  | { readonly readable: false; readonly lab?: string; readonly namespace: string; readonly why: string };

/** undefined: there is none in it. */
export function parseState({ metadata, data }: ConfigMap): StoredState | undefined {
  const content = data?.[key];
  if (content === undefined) return undefined;
  const { name: namespace } = metadata;
  const lab = metadata.labels?.[labLabel];
  const unreadable = (why: string): StoredState => ({
    readable: false,
    ...(lab ? { lab } : {}),
    namespace,
    // What somebody wrote there is shown on a terminal.
    why: why.replaceAll(/\p{Cc}/gu, "?"),
  });
  const json = parseJson(content);
  if (json === undefined) return unreadable("it is no JSON");
  const version = versioned.safeParse(json);
  if (!version.success) return unreadable(tell(version.error));
  const read = written.safeParse(json);
  if (!read.success) return unreadable(tell(read.error));
  if (read.data.namespace !== namespace) return unreadable(`namespace: it is that of ${read.data.namespace}`);
  return { readable: true, state: read.data };
}

function tell({ issues }: z.ZodError): string {
  const told = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return told.join("; ");
}

function refOf(namespace: string) {
  return { kind: "ConfigMap", name: namespace, namespace: systemNamespace } as const;
}

/**
 * The state of the lab in this namespace, or undefined when it was not started.
 * @throws EnvironmentError when somebody has written there what cannot be read.
 */
export async function readLabState(kube: Kube, namespace: string): Promise<LabState | undefined> {
  return requireReadable(await readStoredState(kube, namespace));
}

/** What is kept of this namespace, readable or not; undefined when nothing was started there. */
export async function readStoredState(kube: Kube, namespace: string): Promise<StoredState | undefined> {
  const stored = await kube.read(refOf(namespace));
  return stored && parseState(stored);
}

function requireReadable(stored: StoredState | undefined): LabState | undefined {
  if (stored?.readable !== false) return stored?.state;
  const { lab = "<lab>", namespace, why } = stored;
  throw new EnvironmentError({
    message: `What labctl remembers of lab ${lab} cannot be read.`,
    lastSeen: `ConfigMap ${systemNamespace}/${namespace}, ${key}: ${why}`,
    hint: `Begin anew, which loses the work in that namespace: labctl reset ${lab} -n ${namespace}`,
  });
}

/**
 * Reads the state, changes it and writes it, again where another labctl wrote in between.
 * @param change may be called more than once; undefined: nothing is written.
 * @returns the state as it is now; undefined when the lab was not started.
 * @throws EnvironmentError when it cannot be read, too.
 */
export async function changeLabState(
  kube: Kube,
  namespace: string,
  change: (state: LabState) => LabState | undefined,
): Promise<LabState | undefined> {
  const stored = await changeObject(kube, {
    ref: refOf(namespace),
    change: (object) => {
      const state = requireReadable(parseState(object));
      const changed = state && change(state);
      return changed && contentOf(changed);
    },
  });
  return stored && requireReadable(parseState(stored));
}

/** Keeps the state of a lab that was started just now, whatever was kept of the namespace before, and whoever wrote that. */
export async function putLabState(kube: Kube, state: LabState): Promise<void> {
  const ref = refOf(state.namespace);
  const content = contentOf(state);
  if (await changeObject(kube, { ref, change: () => content })) return;
  const { kind, ...place } = ref;
  await kube.create({ apiVersion: "v1", kind, ...content, metadata: { ...content.metadata, ...place } });
}

function contentOf(state: LabState) {
  const labels = { "app.kubernetes.io/managed-by": "labctl", [labLabel]: state.lab };
  return { metadata: { labels }, data: { [key]: JSON.stringify({ version: 1, ...state }) } };
}

export async function removeLabState(kube: Kube, namespace: string): Promise<void> {
  await kube.remove(refOf(namespace));
}
