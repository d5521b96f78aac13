import { exitCodes } from "../errors.ts";
import { version as labctlVersion } from "../version.ts";
import { defineCommand } from "./command.ts";
import { outputOption, writeOutput } from "./output.ts";

export const version = defineCommand({
  usage: "version",
  summary: "The version of labctl",
  options: outputOption,
  async run(args, deps) {
    const data = { labctl: labctlVersion };
    await writeOutput({ format: args.output, data, text: ({ labctl }) => `labctl ${labctl}\n` }, deps);
    return exitCodes.ok;
  },
});
