import type { z } from "zod";
import type { Browser } from "../browser/browser.ts";
import type { DisturbanceContext } from "../disturb/disturbance.ts";
import type { Kube, KubeReads } from "../kube/kube.ts";
import type { CheckFinding, LookContext } from "../look/look.ts";
import type { Probe } from "../probe/probe.ts";
import type { Traffic } from "../probe/traffic.ts";
import type { ProgramContext } from "../programs/program-context.ts";
import type { ProgramSpec } from "../programs/program-fields.ts";

/** What one may do that brings something of labctl's own and takes it away again: a pod, a program in it, a browser. */
export interface ActContext extends ProgramContext {
  readonly kube: KubeReads & Pick<Kube, "apply" | "create" | "remove" | "exec" | "open">;
  /** For pages that have to be used rather than fetched. */
  readonly browser: Browser;
}

/** What one may do that disturbs what is the student's, and gives it back. */
export interface DisturbContext extends ActContext, DisturbanceContext {
  readonly kube: Kube;
  readonly probe: Probe;
  /** Constant traffic from inside the cluster. */
  readonly traffic: Traffic;
}

/** What a kind of check does beyond looking, and what it is given for that. */
export interface Contexts {
  looks: LookContext;
  acts: ActContext;
  disturbs: DisturbContext;
}

/** How a kind of check looks at the cluster, and in which words it tells. */
export interface Observer<Spec, Context> {
  /**
   * Looks once. Empty: passed. Findings: failed. NotFound is a finding.
   * @throws EnvironmentError when the cluster cannot be read or the experiment cannot be carried out: errored.
   */
  // A property, so that one that wants more than it is given does not pass for one that wants less.
  readonly observe: (wanted: Spec, context: Context) => Promise<readonly CheckFinding[]>;
}

/**
 * One kind of check: what its entry in lab.yaml looks like, and how it looks at the cluster. It neither waits for the
 * student nor prints: time belongs to `grade`, words on the screen to `report`.
 */
export interface CheckKind<
  Kind extends string,
  Spec extends z.ZodObject,
  Does extends keyof Contexts,
> extends Observer<z.infer<Spec>, Contexts[Does]> {
  readonly kind: Kind;
  readonly does: Does;
  /** One sentence for docs/checks.md. */
  readonly summary: string;
  /** A strict object whose `kind` is the literal above. */
  readonly spec: Spec;
  /** Disturbs the cluster (deletes a pod, stops a node) or takes its time: runs last and alone, and says what it does. */
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
type Definition<Kind extends string, Spec extends z.ZodObject, Does extends keyof Contexts> = Omit<
  CheckKind<Kind, Spec, Does>,
  "observe"
> & {
  readonly observer: () => Promise<Observer<z.infer<Spec>, Contexts[Does]>>;
};

export function defineCheck<Kind extends string, Spec extends z.ZodObject, Does extends keyof Contexts>({
  observer,
  ...kind
}: Definition<Kind, Spec, Does>): CheckKind<Kind, Spec, Does> {
  return { ...kind, observe: async (wanted, context) => (await observer()).observe(wanted, context) };
}
