/** The lab registry: a container next to the nodes, its data in a volume that survives `labctl down`. */
import type { Progress } from "../terminal/progress.ts";

export interface Registry {
  /** As students and pods name it: `localhost:5001`. */
  readonly host: string;
  /** Whether it runs and answers. */
  observe(): Promise<{ readonly running: boolean }>;
  /** Container, volume and network; does nothing where they are as they should be. */
  ensure(progress: Progress): Promise<void>;
  /**
   * The manifest's digest of a tag (`nginx:1.22.1`), or undefined when the registry has no such tag.
   * @throws EnvironmentError when the registry does not answer.
   */
  digest(repository: string): Promise<string | undefined>;
  stop(): Promise<void>;
  /** The volume, too. */
  remove(): Promise<void>;
}
