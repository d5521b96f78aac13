import { EnvironmentError } from "../../src/errors.ts";
import type { RegistryLogin } from "../../src/registry/registry-login.ts";
import type { Manifest, Registry } from "../../src/registry/registry.ts";

/** A registry that knows the digests it is told. */
export class FakeRegistry implements Registry {
  readonly host = "localhost:5001";
  readonly container = "labctl-registry";
  readonly digests = new Map<string, string>();
  /** By repository and tag: `my-image:1.0`. */
  readonly manifests = new Map<string, Manifest>();
  /** A registry that does not answer. */
  down = false;

  async observe(): Promise<{ readonly running: boolean }> {
    return { running: true };
  }

  async login(): Promise<RegistryLogin> {
    return { username: "labctl", password: "secret" };
  }

  async ensure(): Promise<void> {}
  async connect(): Promise<void> {}
  async stop(): Promise<void> {}
  async remove(): Promise<void> {}

  async digest(repository: string): Promise<string | undefined> {
    return this.digests.get(repository) ?? (await this.manifest(repository))?.digest;
  }

  async manifest(repository: string): Promise<Manifest | undefined> {
    if (this.down) throw new EnvironmentError({ message: "no registry", hint: "labctl up" });
    return this.manifests.get(repository);
  }

  async removeTags(): Promise<void> {}
}
