import type { Kube } from "../kube/kube.ts";
import type { LookContext } from "../look/look.ts";
import type { Values } from "./answers.ts";
import type { Runners } from "./runner.ts";

/** What running a program of the lab takes beyond looking. */
export interface ProgramContext extends LookContext {
  readonly kube: LookContext["kube"] & Pick<Kube, "exec" | "open">;
  /** The pods that programs of the lab run in. */
  readonly runners: Runners;
  /** The absolute path of the lab's folder, where its programs are. */
  readonly labFolder: string;
  /** What an experiment's programs have told, for what looks after it; undefined outside of one. */
  readonly told?: Values;
  /** Says what the program is about to do, before it does it. */
  announce(text: string): void;
}
