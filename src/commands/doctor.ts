import { exitCodes } from "../errors.ts";
import type { Diagnosis } from "../doctor/doctor.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { outputOption, writeOutput } from "./output.ts";

interface Named extends Diagnosis {
  readonly name: string;
}

export const doctor = defineCommand({
  usage: "doctor",
  summary: "What labctl stands on, and what to do where it does not stand",
  description:
    "Looks at the machine, the engine, the package registries and, where it runs, the cluster. Ends with 3 where something is in the way.",
  options: outputOption,
  timeout: { usual: "5m" },
  async run(args, deps) {
    const context = await openContext(args, deps);
    const [{ machineChecks }, { platformChecks }, { registryChecks }, { clusterChecks }] = await Promise.all([
      import("../doctor/machine-checks.ts"),
      import("../doctor/platform-checks.ts"),
      import("../doctor/registry-checks.ts"),
      import("../doctor/cluster-checks.ts"),
    ]);
    const checks = [...machineChecks, ...platformChecks, ...registryChecks, ...clusterChecks];
    const data = await deps.progress.step(
      "Look at the machine, at the package registries and at the cluster",
      () =>
        Promise.all(
          checks.map(async ({ name, look }): Promise<Named> => ({ name, ...(await look(context)) })),
        ),
    );
    await writeOutput({ format: args.output, data, text: asTable }, deps);
    return data.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.environment;
  },
});

function asTable(list: readonly Named[]): string {
  return renderTable(
    ["", "CHECK", "SEEN", "WHAT TO DO"],
    list.map(({ ok, name, seen, todo }) => [ok ? "✔" : "✖", name, seen, todo ?? ""]),
  );
}
