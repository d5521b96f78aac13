import type { z } from "zod";
import type { Browser } from "../browser/browser.ts";
import type { CleanUps } from "../clean-ups.ts";
import type { Clock } from "../clock.ts";
import type { Wait } from "../wait.ts";
import type { Helm } from "../helm/helm.ts";
import type { Kube } from "../kube/kube.ts";
import type { LabState } from "../records/state.ts";
import type { Docker } from "../docker/docker.ts";
import type { FrontDoor, Probe } from "../probe/probe.ts";
import type { NodeControl, Traffic } from "../probe/traffic.ts";
import type { Registry } from "../registry/registry.ts";
import type { Finding } from "../report/result.ts";
import type { Values } from "../programs/answers.ts";
import type { ProgramSpec } from "./programs/program-fields.ts";
import type { Runners } from "../programs/runner.ts";

/** What a check may look at. Everything comes in here, so that one check can be tried against fakes. */
export interface CheckContext {
  readonly kube: Kube;
  readonly probe: Probe;
  readonly frontDoor: FrontDoor;
  /** For pages that have to be used rather than fetched. */
  readonly browser: Browser;
  /** Constant traffic from inside the cluster, for experiments. */
  readonly traffic: Traffic;
  /** The nodes' containers; undefined on a cluster that labctl did not make. */
  readonly nodes: NodeControl | undefined;
  /** The engine that the student's `docker` talks to; undefined on a cluster that labctl did not make. */
  readonly docker: Docker | undefined;
  /** The lab registry; undefined on a cluster that labctl did not make. */
  readonly registry: Registry | undefined;
  readonly helm: Helm;
  readonly wait: Wait;
  readonly clock: Clock;
  /** The pods that programs of the lab run in. */
  readonly runners: Runners;
  /** The absolute path of the lab's folder, where its programs are. */
  readonly labFolder: string;
  /** The lab's namespace: a parameter, never a constant. */
  readonly namespace: string;
  /** What `labctl start` recorded in the cluster; undefined when the lab was never started. */
  readonly state: LabState | undefined;
  /** Digests of the images that labctl pushed, by reference (`localhost:5001/nginx:1.22.1` → `sha256:…`). */
  readonly imageDigests: Readonly<Record<string, string>>;
  /** What an experiment's programs have told, for what looks after it; undefined outside of one. */
  readonly told?: Values;
  /** A fresh random word for this check: what a static answer cannot know. */
  nonce(): string;
  /** Says what an experiment is about to do, before it does it. */
  announce(text: string): void;
  /** Keeps for the report what was seen, whatever the verdict: "0 of 2143 requests failed". */
  observed(text: string): void;
  /** Where an experiment says that it has something to give back, so that an interrupt waits for it. */
  readonly cleanUps: CleanUps;
  readonly signal: AbortSignal;
}

/** A finding as a check writes it; `grade` adds the check's kind. */
export type CheckFinding = Omit<Finding, "check">;

/** What a check needs to go on, or why it is not there. */
export type Found<T> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly findings: readonly CheckFinding[] };

/** How a kind of check looks at the cluster, and in which words it tells. */
export interface Observer<Spec> {
  /**
   * Looks once. Empty: passed. Findings: failed. NotFound is a finding.
   * @throws EnvironmentError when the cluster cannot be read or the experiment cannot be carried out: errored.
   */
  observe(wanted: Spec, context: CheckContext): Promise<readonly CheckFinding[]>;
}

/**
 * One kind of check: what its entry in lab.yaml looks like, and how it looks at the cluster. It neither waits for the
 * student nor prints: time belongs to `grade`, words on the screen to `report`.
 */
export interface CheckKind<Kind extends string, Spec extends z.ZodObject> extends Observer<z.infer<Spec>> {
  readonly kind: Kind;
  /** One sentence for docs/checks.md. */
  readonly summary: string;
  /** A strict object whose `kind` is the literal above. */
  readonly spec: Spec;
  /** Disturbs the cluster (deletes a pod, stops a node): runs last and alone, and says what it does. */
  readonly experiment?: boolean;
  /** Parts of the context that it cannot do without; where one is undefined, the exercise is skipped with a reason. */
  readonly needs?: readonly ("nodes" | "docker" | "registry")[];
  /** The lab's programs that it runs itself, with their places in its entry, for lint. */
  programs?(spec: z.infer<Spec>): readonly Located<ProgramSpec>[];
}

/** What stands somewhere in lab.yaml. */
export interface Located<T> {
  /** From where it is looked at from. */
  readonly path: readonly PropertyKey[];
  readonly value: T;
}

/** A kind as `<kind>-spec.ts` has it: the file beside it, `<kind>.ts`, looks, and is loaded when it does. */
type Definition<Kind extends string, Spec extends z.ZodObject> = Omit<CheckKind<Kind, Spec>, "observe"> & {
  readonly observer: () => Promise<Observer<z.infer<Spec>>>;
};

export function defineCheck<Kind extends string, Spec extends z.ZodObject>(
  definition: Definition<Kind, Spec> | CheckKind<Kind, Spec>,
): CheckKind<Kind, Spec> {
  if (!("observer" in definition)) return definition;
  const { observer, ...kind } = definition;
  return { ...kind, observe: async (wanted, context) => (await observer()).observe(wanted, context) };
}
