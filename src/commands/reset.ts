import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const reset = defineCommand({
  usage: "reset <lab>",
  summary: "Start a lab anew; what was done in it is lost",
  positionals: labPositional,
  timeout: { usual: "45m" },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const { resetLab } = await import("../lifecycle/reset-lab.ts");
    await deps.exclusive(() => resetLab(run, deps.progress), run.namespace);
    deps.streams.out.write(`Lab ${run.lab.id} is back at its start, in namespace ${run.namespace}.\n`);
    return exitCodes.ok;
  },
});
