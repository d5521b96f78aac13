/** The contract of disturbances: what an experiment does to a student's objects, and how that is given back. */
import type { z } from "zod";
import type { CleanUps } from "../clean-ups.ts";
import type { Clock } from "../clock.ts";
import type { Wait } from "../wait.ts";
import type { Kube } from "../kube/kube.ts";
import type { Probe } from "../probe/probe.ts";
import type { NodeControl } from "../probe/traffic.ts";
import type { Finding } from "../report/result.ts";

/** What a disturbance works with; whoever grades a lab has all of it. */
export interface DisturbanceContext {
  readonly kube: Kube;
  readonly probe: Pick<Probe, "request">;
  /** Undefined on a cluster that labctl did not make. */
  readonly nodes: NodeControl | undefined;
  readonly wait: Wait;
  readonly clock: Clock;
  /** The lab's. */
  readonly namespace: string;
  /** For the words of a rollout that gets stuck. */
  readonly imageDigests: Readonly<Record<string, string>>;
  /** Says what is about to be done, before it is. */
  announce(text: string): void;
  nonce(): string;
  readonly cleanUps: CleanUps;
  readonly signal: AbortSignal;
}

/**
 * Who puts back, and how much time there is.
 * `ended`: the experiment itself, at its end, whatever that was. `interrupted`: the same after Ctrl-C or --timeout,
 * in a few seconds. `later`: the next check or up, of a labctl that was killed.
 */
export type Occasion = "ended" | "interrupted" | "later";

/** What putting back works with. It hears no signal: what interrupted the experiment must not cut its undo. */
export interface UndoContext extends Pick<
  DisturbanceContext,
  "kube" | "probe" | "nodes" | "wait" | "clock" | "namespace"
> {
  readonly occasion: Occasion;
}

/** Something that can be given back from what stands in the journal alone. */
export interface Undoable<Taken> {
  /** Its name in the journal. */
  readonly kind: string;
  /** What is written down before the first write: which objects (name and UID), and which fields were what. */
  readonly taken: z.ZodType<Taken>;
  /** What there is to put back, for a person: "Deployment web, whose rollout was restarted". */
  describeTaken(taken: Taken): string;
  /**
   * Puts back what labctl has changed, and leaves alone what somebody else has changed since. Safe to do again.
   * @returns whether all is as it was; where it is not, the journal keeps the entry for the next check or up.
   * @throws EnvironmentError when the cluster does not answer; the entry stays then, too.
   */
  undo(taken: Taken, context: UndoContext): Promise<boolean>;
}

/** A finding as a disturbance writes it: the check whose experiment it is adds its kind. */
export type DisturbFinding = Omit<Finding, "check">;

/** What has become of a disturbance. */
export interface Disturbed {
  /** Why it could not be carried out, or did not come to its end; none when it did. */
  readonly findings: readonly DisturbFinding[];
  /** Names of the pods that were taken away. */
  readonly deleted?: readonly string[];
  /** The turns that a rollout took. */
  readonly rolled?: readonly { readonly deployment: string; readonly to: string }[];
  /** The fewest Ready pods that were seen, where rollouts were. */
  readonly leastReady?: number;
}

/** One kind of disturbance that `do:` of an experiment may name. */
export interface Disturbance<Spec extends z.ZodType, Taken> extends Undoable<Taken> {
  /** What stands behind its name in `do:`. */
  readonly spec: Spec;
  /** What it is about to do, for a person: "deleting a pod of Deployment worker". */
  describe(spec: z.infer<Spec>): string;
  /**
   * Disturbs, waits until that is over, and has put everything back when it returns or throws.
   * @param told values that the experiment's programs have told, by name: what `named:` refers to.
   */
  run(
    spec: z.infer<Spec>,
    context: DisturbanceContext,
    told?: Readonly<Record<string, unknown>>,
  ): Promise<Disturbed>;
}

/** Identity, for the types. */
export function defineDisturbance<Spec extends z.ZodType, Taken>(
  disturbance: Disturbance<Spec, Taken>,
): Disturbance<Spec, Taken> {
  return disturbance;
}
