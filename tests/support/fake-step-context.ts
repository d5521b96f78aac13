import type { StepContext } from "../../src/steps/step.ts";
import type { FakeWorld } from "./fake-world.ts";

/** What a step is given, made of a fake world's parts; `kube` is the world's own. */
export function fakeStepContext(world: FakeWorld): StepContext {
  const ports = { api: 6443, http: 8080, https: 8443, registry: 5001 };
  const choice = { cluster: "labctl", engine: "private", images: "packages", ports } as const;
  return { deps: world.deps(), platform: world.platform.build(choice), kube: async () => world.kube };
}
