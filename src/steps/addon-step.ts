import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { createWait } from "../wait.ts";
import { listAddons } from "../manifests/list-addons.ts";
import { loadManifests } from "../manifests/load-manifests.ts";
import type { Step } from "./step.ts";

const readyWithinMs = 180_000;

/** An add-on of `manifests/`, applied and ready. Its images are pushed by a step of their own. */
export function addonStep(name: string): Step {
  return {
    title: `Add-on ${name}`,
    isDone: async ({ deps, kube }) => {
      const addons = await listAddons(deps.places.project, await kube());
      return addons.find((addon) => addon.name === name)?.state === "ready";
    },
    ensure: async ({ deps, kube: open }, step) => {
      const kube = await open();
      for (const object of await loadManifests(join(deps.places.project, "manifests", name))) {
        step.detail(`applying ${object.kind}/${object.metadata.name}`);
        await kube.apply(object);
      }
      const waited = await createWait(
        deps.clock,
        kube,
      )({
        observe: async () => {
          const addons = await listAddons(deps.places.project, kube);
          const value = addons.find((addon) => addon.name === name)?.state ?? "absent";
          step.detail(value);
          return { done: value === "ready", value };
        },
        watch: ["Pod"],
        withinMs: readyWithinMs,
        signal: deps.signal,
      });
      if (waited.done) return;
      throw new EnvironmentError({
        message: `The add-on ${name} is not ready after ${String(readyWithinMs / 1000)} s.`,
        lastSeen: `it is ${waited.value}`,
        hint: "kubectl get pods --all-namespaces",
      });
    },
  };
}
