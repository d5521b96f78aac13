import type { LabRun } from "../../src/lifecycle/lab-run.ts";
import type { Lab } from "../../src/lab/schema.ts";
import type { PlatformChoice } from "../../src/platform.ts";
import { fakeStepContext } from "./fake-step-context.ts";
import type { FakeWorld } from "./fake-world.ts";

/** A lab without exercises, with what a test says of it. */
export function labWith(parts: Partial<Lab> = {}): Lab {
  return {
    apiVersion: "labctl.dev/v1",
    kind: "Lab",
    id: "demo",
    title: "A lab",
    asks: ["deploy"],
    source: [],
    after: [],
    needs: { images: [], charts: [], addons: [], tools: [] },
    start: { ready: [], nodes: [] },
    reset: { containers: [], images: [] },
    exercises: [],
    folder: "/nowhere",
    ...parts,
  };
}

interface RunParts extends Partial<Lab> {
  readonly choice?: Partial<PlatformChoice>;
}

/** Such a lab on a fake world's cluster, in namespace lab-demo. */
export function labRun(world: FakeWorld, { choice, ...lab }: RunParts = {}): LabRun {
  const context = fakeStepContext(world);
  const { platform } = context;
  const chosen = { ...platform, choice: { ...platform.choice, ...choice } };
  return { lab: labWith(lab), namespace: "lab-demo", context: { ...context, platform: chosen } };
}
