import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { openLabEnvironment, optionalLab } from "./open-lab-environment.ts";

export const env = defineCommand({
  usage: "env [lab]",
  summary: "Export lines that set up kubectl, helm and docker in this shell",
  positionals: optionalLab,
  examples: [['eval "$(labctl env ingress)"', "Work on lab ingress from this shell"]],
  async run(args, deps) {
    const environment = await openLabEnvironment(args, deps);
    for (const [name, value] of Object.entries(environment)) {
      deps.streams.out.write(`export ${name}='${String(value).replaceAll("'", String.raw`'\''`)}'\n`);
    }
    return exitCodes.ok;
  },
});
