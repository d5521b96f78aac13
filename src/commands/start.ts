import { exitCodes } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const start = defineCommand({
  usage: "start <lab>",
  summary: "Begin a lab: its images, its namespace, its objects",
  description: "A lab that was started is left as you have it; labctl reset starts it anew.",
  positionals: labPositional,
  examples: [["labctl start ingress", "Begin lab ingress in namespace lab-ingress"]],
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const { startLab } = await import("../labs/start-lab.ts");
    const { already } = await deps.exclusive(() => startLab(run, deps.progress), run.namespace);
    const { id } = run.lab;
    const what = already
      ? `was started before and is left as it is (labctl reset ${id} starts it anew)`
      : "is started";
    deps.streams.out.write(
      [
        `Lab ${id} ${what} in namespace ${run.namespace}.`,
        `  labctl show ${id}     what there is to do`,
        `  labctl shell ${id}    kubectl, helm and docker, set up for it`,
        `  labctl check ${id}    how far you are`,
        "",
      ].join("\n"),
    );
    return exitCodes.ok;
  },
});
