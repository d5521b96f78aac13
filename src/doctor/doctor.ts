/** What `labctl doctor` looks at. Each look is quick, changes nothing and never fails: what it saw is the result. */
import type { Deps } from "../deps.ts";
import type { Kube } from "../kube/kube.ts";
import type { Platform } from "../platform.ts";

export interface Diagnosis {
  readonly ok: boolean;
  readonly seen: string;
  /** What to do about it; undefined where all is well. */
  readonly todo?: string;
}

export interface DoctorContext {
  readonly deps: Deps;
  readonly platform: Platform;
  /** The lab cluster; only where one runs. */
  readonly kube: () => Promise<Kube>;
}

export interface DoctorCheck {
  readonly name: string;
  readonly look: (context: DoctorContext) => Promise<Diagnosis>;
}
