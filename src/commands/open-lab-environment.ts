import type { Deps } from "../deps.ts";
import type { LabEnvironment } from "../session/lab-environment.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { GlobalArgs } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openLab } from "./open-lab.ts";

export const optionalLab = {
  lab: { type: "string", describe: "A lab, whose namespace becomes the current one" },
} as const;

/** The environment of the lab cluster, in the lab's namespace where one is named. @throws EnvironmentError before `up`. */
export async function openLabEnvironment(
  args: GlobalArgs & { readonly lab: string | undefined },
  deps: Deps,
): Promise<LabEnvironment> {
  const { labEnvironment } = await import("../session/lab-environment.ts");
  const lab = args.lab === undefined ? undefined : await openLab(args.lab, deps);
  const namespace = args.namespace ?? (lab ? defaultNamespace(lab.id) : undefined);
  return labEnvironment(await openContext(args, deps), namespace);
}
