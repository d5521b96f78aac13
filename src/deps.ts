/** The world, handed to `main(argv, deps)`: real in `bin.ts`, fakes (tests/support) in unit tests. */
import type { Browser } from "./browser/browser.ts";
import type { CleanUps } from "./clean-ups.ts";
import type { Clock } from "./clock.ts";
import type { Exec } from "./exec/exec.ts";
import type { Helm } from "./helm/helm.ts";
import type { NamedContext } from "./kube/named-context.ts";
import type { Kube } from "./kube/kube.ts";
import type { Places } from "./places.ts";
import type { Platform, PlatformChoice } from "./platform.ts";
import type { FrontDoor, Probe } from "./probe/probe.ts";
import type { Traffic } from "./probe/traffic.ts";
import type { Ports } from "./engine/engine.ts";
import type { Progress } from "./terminal/progress.ts";
import type { Streams } from "./terminal/streams.ts";

export interface Deps {
  readonly streams: Streams;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly exec: Exec;
  /** Environment variables, as at start. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly places: Places;
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** What has to be put back before labctl may end, interrupted or not. */
  readonly cleanUps: CleanUps;
  /**
   * Runs work while no other labctl with the same home works on the same subject; says so while it waits for one.
   * A lock left by a killed labctl is taken over.
   * @param subject a lab's namespace; without one, what all labs share: engine, images, cluster, add-ons.
   * @param signal ends the waiting; a command's own, unless another is given.
   * @throws EnvironmentError when another labctl stays busy for half an hour.
   */
  exclusive<T>(work: () => Promise<T>, subject?: string, signal?: AbortSignal): Promise<T>;
  /** Whether a labctl with the same home works on a subject now; one that was killed counts for a few seconds more. */
  isBusy(subject: string): Promise<boolean>;
  /** Random bytes as lower-case hex, `bytes` of them. */
  random(bytes: number): string;
  /** Looks at the machine and chooses; nothing is started or installed by it. */
  platform(choice: PlatformChoice): Promise<Platform>;
  /**
   * Opens the API server of a kubeconfig; loads the client library on first use (0.7 s), so only where it is needed.
   * @throws EnvironmentError when the kubeconfig is missing, is of a cluster that labctl did not make, or would run a
   * program for credentials.
   */
  kube(kubeconfig: string, context?: NamedContext): Promise<Kube>;
  /** The probe pod of a cluster. */
  probe(kube: Kube): Probe;
  frontDoor(ports: Ports): FrontDoor;
  /** A browser of this machine, which goes to the front door. */
  browser(ports: Ports): Browser;
  /** The load pod of a cluster. */
  traffic(kube: Kube): Traffic;
  readonly helm: Helm;
}
