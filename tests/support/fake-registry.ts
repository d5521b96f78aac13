import type { Registry } from "../../src/registry/registry.ts";

/** A registry that knows the digests it is told. */
export class FakeRegistry implements Registry {
  readonly host = "localhost:5001";
  readonly container = "labctl-registry";
  readonly digests = new Map<string, string>();

  async observe(): Promise<{ readonly running: boolean }> {
    return { running: true };
  }

  async ensure(): Promise<void> {}
  async connect(): Promise<void> {}
  async stop(): Promise<void> {}
  async remove(): Promise<void> {}

  async digest(repository: string): Promise<string | undefined> {
    return this.digests.get(repository);
  }
}
