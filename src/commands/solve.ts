import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const solve = defineCommand({
  usage: "solve <lab>",
  summary: "Do what the lab's solution says",
  description:
    "Starts the lab where it was not started. Not there in a student's pack, which has no solutions.",
  positionals: labPositional,
  timeout: { usual: "45m" },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const [{ startLab }, { solveLab }] = await Promise.all([
      import("../lifecycle/start-lab.ts"),
      import("../lifecycle/solve-lab.ts"),
    ]);
    await deps.exclusive(async () => {
      await startLab(run, deps.progress);
      await solveLab(run, deps.progress);
    }, run.namespace);
    deps.streams.out.write(`Lab ${run.lab.id} is solved. See for yourself: labctl check ${run.lab.id}\n`);
    return exitCodes.ok;
  },
});
