import { exitCodes } from "../errors.ts";
import type { LaidOut } from "../session/lay-out-files.ts";
import { defineCommand } from "./command.ts";
import { labPositional, openLabRun } from "./open-lab.ts";

export const start = defineCommand({
  usage: "start <lab>",
  summary: "Begin a lab: its images, its namespace, its objects, its files",
  description:
    "A lab that was started is left as you have it; labctl reset starts it anew. Files to work on are put once into a folder of the lab: ~/labctl-labs/<lab>, or below LABCTL_FILES.",
  positionals: labPositional,
  options: {
    force: { type: "boolean", default: false, describe: "Write the lab's files over yours" },
  },
  examples: [["labctl start ingress", "Begin lab ingress in namespace lab-ingress"]],
  timeout: { usual: "45m" },
  async run(args, deps) {
    const run = await openLabRun(args, deps);
    const [{ startLab }, { layOutFiles }] = await Promise.all([
      import("../lifecycle/start-lab.ts"),
      import("../session/lay-out-files.ts"),
    ]);
    const { already } = await deps.exclusive(() => startLab(run, deps.progress), run.namespace);
    const laidOut = await layOutFiles(run.lab, { places: deps.places, force: args.force });
    const { id } = run.lab;
    const what = already
      ? `was started before and is left as it is (labctl reset ${id} starts it anew)`
      : "is started";
    deps.streams.out.write(
      [
        `Lab ${id} ${what} in namespace ${run.namespace}.`,
        ...tellFiles(laidOut),
        `  labctl show ${id}     what there is to do`,
        `  labctl shell ${id}    kubectl, helm and docker, set up for it`,
        `  labctl check ${id}    how far you are`,
        "",
      ].join("\n"),
    );
    return exitCodes.ok;
  },
});

function tellFiles(laidOut: LaidOut | undefined): readonly string[] {
  if (!laidOut) return [];
  const { folder, overwritten } = laidOut;
  const over = overwritten.length === 0 ? "" : `; written over: ${overwritten.join(", ")}`;
  return [`Its files are in ${folder}${over}.`];
}
