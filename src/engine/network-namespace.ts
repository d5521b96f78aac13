import type { Exec } from "../exec/exec.ts";
import { exists } from "../exists.ts";

/**
 * A network namespace without an uplink: everything the engine and the cluster send stays in it. It is entered with
 * nsenter, never with `ip netns exec`, which remounts /sys and hides the cgroups from dockerd.
 */
export class NetworkNamespace {
  readonly #name: string;
  readonly #exec: Exec;

  constructor(name: string, exec: Exec) {
    this.#name = name;
    this.#exec = exec;
  }

  get path(): string {
    return `/var/run/netns/${this.#name}`;
  }

  /** A command as it is started inside. */
  enter(command: readonly string[]): readonly string[] {
    return ["nsenter", `--net=${this.path}`, ...command];
  }

  async exists(): Promise<boolean> {
    return exists(this.path);
  }

  async ensure(): Promise<void> {
    if (!(await this.#isUsable())) {
      await this.remove();
      await this.#exec.run(["ip", "netns", "add", this.#name], { root: true });
    }
    await this.#exec.run(this.enter(["ip", "link", "set", "lo", "up"]), { root: true });
  }

  async remove(): Promise<void> {
    if (await this.exists()) await this.#exec.run(["ip", "netns", "delete", this.#name], { root: true });
  }

  /** After a power cut the name can be there without the namespace. */
  async #isUsable(): Promise<boolean> {
    if (!(await this.exists())) return false;
    const entered = await this.#exec.run(this.enter(["true"]), { root: true, allowFailure: true });
    return entered.exitCode === 0;
  }
}
