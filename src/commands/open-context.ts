import type { Deps } from "../deps.ts";
import type { Kube } from "../kube/kube.ts";
import type { StepContext } from "../steps/step.ts";
import type { GlobalArgs } from "./command.ts";
import { platformChoice } from "./platform-choice.ts";

/** The platform that the command line names, and its cluster; the cluster is opened when it is first asked for. */
export async function openContext(args: GlobalArgs, deps: Deps): Promise<StepContext> {
  const choice = platformChoice(args);
  const platform = await deps.platform(choice);
  const { credentialProgram } = args;
  const context = choice.context === undefined ? undefined : { name: choice.context, credentialProgram };
  let opened: Promise<Kube> | undefined;
  return {
    deps,
    platform,
    kube: () => (opened ??= deps.kube(platform.cluster.kubeconfig, context)),
  };
}
