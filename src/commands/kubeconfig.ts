import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { openLabEnvironment, optionalLab } from "./open-lab-environment.ts";

export const kubeconfig = defineCommand({
  usage: "kubeconfig [lab]",
  summary: "The path of the lab cluster's kubeconfig",
  positionals: optionalLab,
  examples: [
    ['kubectl --kubeconfig "$(labctl kubeconfig)" get nodes', "Your own kubectl on the lab cluster"],
  ],
  async run(args, deps) {
    const environment = await openLabEnvironment(args, deps);
    deps.streams.out.write(`${environment.KUBECONFIG}\n`);
    return exitCodes.ok;
  },
});
