import type { ClusterFacts } from "../cluster/cluster.ts";
import type { EngineFacts } from "../engine/engine.ts";
import { EnvironmentError, exitCodes } from "../errors.ts";
import { defaultNamespace } from "../lab/default-namespace.ts";
import type { AddonStatus } from "../manifests/list-addons.ts";
import type { LabStanding } from "../lifecycle/list-lab-scores.ts";
import type { StepContext } from "../steps/step.ts";
import { renderTable } from "../terminal/table.ts";
import { defineCommand } from "./command.ts";
import { openContext } from "./open-context.ts";
import { outputOption, writeOutput } from "./output.ts";

interface Inside {
  /** Why the API server does not answer; undefined when it does. */
  readonly trouble?: string;
  readonly addons: readonly AddonStatus[];
  readonly labs: readonly LabStanding[];
}

interface Status extends Inside {
  readonly engine: EngineFacts;
  readonly registry: { readonly host: string; readonly running: boolean };
  readonly cluster: ClusterFacts & { readonly name: string };
}

export const status = defineCommand({
  usage: "status",
  summary: "Engine, cluster, registry, add-ons, and the labs with their scores",
  options: outputOption,
  async run(args, deps) {
    const data = await observeStatus(await openContext(args, deps));
    await writeOutput({ format: args.output, data, text: asTable }, deps);
    return exitCodes.ok;
  },
});

async function observeStatus(context: StepContext): Promise<Status> {
  const { engine, registry, cluster } = context.platform;
  const facts = await engine.observe();
  const off = { running: false };
  const absent: ClusterFacts = { state: "absent", nodes: [] };
  const seen = facts.running ? await cluster.observe() : absent;
  return {
    engine: facts,
    registry: { host: registry.host, ...(facts.running ? await registry.observe() : off) },
    cluster: { name: cluster.name, ...seen },
    ...(seen.state === "running" ? await observeInside(context) : { addons: [], labs: [] }),
  };
}

async function observeInside(context: StepContext): Promise<Inside> {
  const [{ listAddons }, { listLabScores }] = await Promise.all([
    import("../manifests/list-addons.ts"),
    import("../lifecycle/list-lab-scores.ts"),
  ]);
  try {
    const kube = await context.kube();
    const { places } = context.deps;
    const [addons, labs] = await Promise.all([listAddons(places.project, kube), listLabScores(places, kube)]);
    return { addons: addons.filter(({ state }) => state !== "absent"), labs };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { trouble: error.message, addons: [], labs: [] };
  }
}

function asTable({ engine, registry, cluster, trouble, addons, labs }: Status): string {
  const nodes = cluster.nodes.filter(({ running }) => running).length;
  const parts = renderTable(
    ["PART", "STATE", ""],
    [
      ["engine", engine.running ? "running" : "stopped", `${engine.kind} ${engine.version ?? ""}`],
      ["registry", registry.running ? "running" : "stopped", registry.host],
      [
        `cluster ${cluster.name}`,
        cluster.state,
        trouble ?? `${String(nodes)} of ${String(cluster.nodes.length)} nodes run`,
      ],
      ...addons.map(({ name, state }) => [`add-on ${name}`, state, ""]),
    ],
  );
  if (cluster.state !== "running") return `${parts}\nNo lab is started. Next: labctl up\n`;
  return `${parts}\n${renderTable(["LAB", "NAMESPACE", "SCORE", "CHECKED"], labs.map(standingRow))}`;
}

function standingRow(each: LabStanding): readonly string[] {
  const { lab, namespace = "", maxScore, lastScore } = each;
  const score = lastScore
    ? `${String(lastScore.score)}/${String(lastScore.maxScore)}`
    : `-/${String(maxScore)}`;
  return [lab, namespace, score, lastScore?.at ?? tellStanding(each)];
}

function tellStanding({ lab, namespace, standing }: LabStanding): string {
  const where = namespace === undefined || namespace === defaultNamespace(lab) ? "" : ` -n ${namespace}`;
  return {
    "not-started": "not started",
    "not-checked": "not checked",
    unreadable: `cannot be read: labctl reset ${lab}${where}`,
    "changed-by-hand": `changed by hand: labctl check ${lab}${where}`,
    "graded-elsewhere": `graded elsewhere: labctl check ${lab}${where}`,
    graded: "graded",
  }[standing];
}
