import { exitCodes } from "../errors.ts";
import type { Deps } from "../deps.ts";
import { defineCommand, type GlobalArgs } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openLab, openLabRun } from "./open-lab.ts";
import { openLabEnvironment, optionalLab } from "./open-lab-environment.ts";

export const shell = defineCommand({
  usage: "shell [lab]",
  summary: "A subshell with kubectl, helm and docker set up for the lab cluster",
  description:
    "It begins in your folder of the lab, ~/labctl-labs/<lab>, or below LABCTL_FILES. Your own kubeconfig, Helm and Docker settings stay as they are; leave it with exit. helm is there once a lab that needs it was started.",
  positionals: optionalLab,
  options: {
    command: { type: "string", alias: "c", describe: "Run this line instead of an interactive shell" },
  },
  examples: [
    ["labctl shell ingress", "Work on lab ingress"],
    ["labctl shell ingress -c 'kubectl get pods'", "One command in its namespace"],
  ],
  async run(args, deps) {
    const environment = await openLabEnvironment(args, deps);
    const { platform } = await openContext(args, deps);
    const lab = args.lab === undefined ? undefined : await openLab(args.lab, deps);
    const own = lab?.needs.tools ?? [];
    if (lab) await sayUnlessStarted({ ...args, lab: lab.id }, deps);
    await platform.ensureTools(["kubectl", ...own], deps.progress);
    const program = deps.env["SHELL"] ?? "/bin/sh";
    const command = args.command === undefined ? [program] : [program, "-c", args.command];
    const { ensureStudentFolder } = await import("../session/lay-out-files.ts");
    const cwd = lab && (await ensureStudentFolder(lab, deps.places));
    const exitCode = await deps.exec.interactive(command, {
      env: { ...environment, LABCTL_SHELL: args.lab ?? "" },
      ...(cwd !== undefined && { cwd }),
    });
    if (args.command === undefined || exitCode === 0) return exitCodes.ok;
    return exitCode === 130 ? exitCodes.interrupted : exitCodes.checkFailed;
  },
});

/** In a namespace that is not there yet, kubectl only says that it is not found. */
async function sayUnlessStarted(args: GlobalArgs & { readonly lab: string }, deps: Deps): Promise<void> {
  const { readStoredState } = await import("../records/state.ts");
  const { lab, namespace, context } = await openLabRun(args, deps);
  if (await readStoredState(await context.kube(), namespace)) return;
  deps.progress.note(
    `Lab ${lab.id} was not started, so there is nothing in namespace ${namespace} yet: labctl start ${lab.id}`,
  );
}
