/** What everything that looks at a lab's objects stands on, and how it says what is wrong with them. */
import type { Clock } from "../clock.ts";
import type { Docker } from "../docker/docker.ts";
import type { Helm } from "../helm/helm.ts";
import type { KubeReads } from "../kube/kube.ts";
import type { FrontDoor, Probe } from "../probe/probe.ts";
import type { LabState } from "../records/state.ts";
import type { Registry } from "../registry/registry.ts";
import type { Finding } from "../report/result.ts";
import type { Wait } from "../wait.ts";

/** Of the engine: what it has, and questions from beside a container. */
export type LookDocker = Pick<Docker, "image" | "container" | "runBeside">;

export type LookRegistry = Pick<Registry, "digest" | "manifest" | "host">;

/** All that may be looked at. By type it can neither write nor disturb; everything comes in here, so that a look can be tried against fakes. */
export interface LookContext {
  readonly kube: KubeReads;
  readonly probe: Probe;
  readonly frontDoor: FrontDoor;
  /** The engine that the student's `docker` talks to; undefined on a cluster that labctl did not make. */
  readonly docker: LookDocker | undefined;
  /** The lab registry; undefined on a cluster that labctl did not make. */
  readonly registry: LookRegistry | undefined;
  readonly helm: Pick<Helm, "inspect">;
  readonly wait: Wait;
  readonly clock: Clock;
  /** The lab's namespace: a parameter, never a constant. */
  readonly namespace: string;
  /** What `labctl start` recorded in the cluster; undefined when the lab was never started. */
  readonly state: LabState | undefined;
  /** Digests of the images that labctl pushed, by reference (`localhost:5001/nginx:1.22.1` → `sha256:…`). */
  readonly imageDigests: Readonly<Record<string, string>>;
  /** A fresh random word for this look: what a static answer cannot know. */
  nonce(): string;
  /** Keeps for the report what was seen, whatever the verdict: "0 of 2143 requests failed". */
  observed(text: string): void;
  readonly signal: AbortSignal;
}

/** A finding as it is written where one looks; `grade` adds the check's kind. */
export type CheckFinding = Omit<Finding, "check">;

/** What one needs to go on, or why it is not there. */
export type Found<T> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly findings: readonly CheckFinding[] };
