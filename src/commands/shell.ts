import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { openLabEnvironment, optionalLab } from "./open-lab-environment.ts";

export const shell = defineCommand({
  usage: "shell [lab]",
  summary: "A subshell with kubectl and docker set up for the lab cluster",
  description: "Your own kubeconfig and Docker settings stay as they are; leave the subshell with exit.",
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
    await platform.ensureTools(["kubectl"], deps.progress);
    const program = deps.env["SHELL"] ?? "/bin/sh";
    const command = args.command === undefined ? [program] : [program, "-c", args.command];
    const exitCode = await deps.exec.interactive(command, {
      env: { ...environment, LABCTL_SHELL: args.lab ?? "" },
    });
    if (args.command === undefined || exitCode === 0) return exitCodes.ok;
    return exitCode === 130 ? exitCodes.interrupted : exitCodes.checkFailed;
  },
});
