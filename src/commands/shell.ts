import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openLab } from "./open-lab.ts";
import { openLabEnvironment, optionalLab } from "./open-lab-environment.ts";

export const shell = defineCommand({
  usage: "shell [lab]",
  summary: "A subshell with kubectl, helm and docker set up for the lab cluster",
  description:
    "Your own kubeconfig, Helm and Docker settings stay as they are; leave the subshell with exit. helm is there once a lab that needs it was started.",
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
    const own = args.lab === undefined ? [] : (await openLab(args.lab, deps)).needs.tools;
    await platform.ensureTools(["kubectl", ...own], deps.progress);
    const program = deps.env["SHELL"] ?? "/bin/sh";
    const command = args.command === undefined ? [program] : [program, "-c", args.command];
    const exitCode = await deps.exec.interactive(command, {
      env: { ...environment, LABCTL_SHELL: args.lab ?? "" },
    });
    if (args.command === undefined || exitCode === 0) return exitCodes.ok;
    return exitCode === 130 ? exitCodes.interrupted : exitCodes.checkFailed;
  },
});
