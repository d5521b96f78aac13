import type { Deps } from "../deps.ts";
import type { Platform } from "../platform.ts";
import type { Kube } from "../kube/kube.ts";
import type { StepProgress } from "../terminal/progress.ts";

/** What a step works with. */
export interface StepContext {
  readonly deps: Deps;
  readonly platform: Platform;
  /** The lab cluster; opens on first use, so a step before there is a cluster must not call it. */
  readonly kube: () => Promise<Kube>;
}

/** One ensure-style step of a visible, ordered list: looks, changes what differs, can be killed and run again. */
export interface Step {
  /** What it does, as progress shows it: "Registry at localhost:5001". */
  readonly title: string;
  /** Looks once: whether `ensure` has anything to do. Writes nothing. */
  isDone(context: StepContext): Promise<boolean>;
  ensure(context: StepContext, progress: StepProgress): Promise<void>;
}
