/** The bring-up, to be read as a table of contents. One line is one step; order matters. */
import type { Lab } from "../lab/schema.ts";
import { addonImages } from "./addon-images.ts";
import { addonStep } from "./addon-step.ts";
import { canaryStep } from "./canary-step.ts";
import { chartsStep } from "./charts-step.ts";
import { clusterStep } from "./cluster-step.ts";
import { engineStep } from "./engine-step.ts";
import { kubeProxyStep } from "./kube-proxy-step.ts";
import { leftoversStep } from "./leftovers-step.ts";
import { nodeImagesStep } from "./node-images-step.ts";
import { podsBackStep } from "./pods-back-step.ts";
import { pushedImagesStep } from "./pushed-images-step.ts";
import { registryStep } from "./registry-step.ts";
import { registryWiringStep } from "./registry-wiring-step.ts";
import type { Step } from "./step.ts";
import { toolsStep } from "./tools-step.ts";

/** `labctl up`: from nothing to a cluster that serves its pods. */
export const upSteps: readonly Step[] = [
  engineStep,
  nodeImagesStep,
  // After the node's image, which compiles the same kubectl beside its downloads.
  // What makes the cluster, and what students work with in every lab.
  toolsStep(["kind", "kubectl"]),
  registryStep,
  clusterStep,
  registryWiringStep,
  kubeProxyStep,
  pushedImagesStep(["probe"]),
  canaryStep,
  leftoversStep,
  podsBackStep,
];

/** `labctl start`: what one lab needs beyond that. */
export function labSteps({ images, charts, addons, tools }: Lab["needs"]): readonly Step[] {
  const pushed = [...images, ...addons.flatMap(addonImages)];
  const programs = [...new Set([...tools, ...(charts.length > 0 ? ["helm"] : [])])];
  return [
    ...(programs.length > 0 ? [toolsStep(programs)] : []),
    ...(pushed.length > 0 ? [pushedImagesStep(pushed)] : []),
    ...(charts.length > 0 ? [chartsStep(charts)] : []),
    ...addons.map(addonStep),
  ];
}

/** `labctl up --charts …`: charts, and Helm for them, before a lab asks for any. */
export function chartSteps(charts: readonly string[]): readonly Step[] {
  return [toolsStep(["helm"]), chartsStep(charts)];
}
