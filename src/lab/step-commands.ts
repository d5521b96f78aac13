/**
 * What steps of a lab may do with kubectl, helm and docker. They run on the machine of whoever starts the lab, with
 * its rights, so they are what an author needs and no more: no flag that names a program, another cluster or a folder
 * of the machine, and no file outside of the lab.
 */
import { z } from "zod";

export type StepTool = "kubectl" | "helm" | "docker";

/** Flags without their hyphens, by verb; a verb of two words stands before one of one. */
type Verbs = Readonly<Record<string, readonly string[]>>;

const chosen = ["selector", "all"];
const image = ["image", "port", "env", "labels", "restart", "command", "expose", "image-pull-policy"];
const release = [
  "version",
  "plain-http",
  "values",
  "set",
  "set-string",
  "set-file",
  "repo",
  "wait",
  "timeout",
];

const tools: Readonly<Record<StepTool, Verbs>> = {
  kubectl: {
    annotate: ["overwrite", ...chosen],
    apply: ["filename", "server-side", "field-manager", "force-conflicts"],
    autoscale: ["min", "max", "cpu", "cpu-percent", "name"],
    cordon: ["selector"],
    create: [
      "image",
      "port",
      "replicas",
      "schedule",
      "rule",
      "class",
      "from-literal",
      "external-name",
      "tcp",
    ].concat(["selector", "min-available", "max-unavailable", "from", "hard"]),
    delete: ["wait", "ignore-not-found", "now", ...chosen],
    exec: ["container"],
    expose: ["port", "type", "target-port", "name", "cluster-ip", "protocol", "selector"],
    label: ["overwrite", ...chosen],
    patch: ["patch", "type", "subresource"],
    rollout: ["timeout", "to-revision", ...chosen],
    run: image,
    scale: ["replicas", "timeout", ...chosen],
    set: ["from", "prefix", "requests", "limits", "containers", ...chosen],
    taint: ["overwrite", ...chosen],
    uncordon: ["selector"],
    wait: ["for", "timeout", ...chosen],
  },
  helm: {
    install: release,
    lint: ["strict"],
    package: ["version", "app-version"],
    push: ["plain-http"],
    rollback: ["wait", "timeout"],
    uninstall: ["wait", "keep-history", "timeout"],
    upgrade: ["install", "reset-then-reuse-values", "reuse-values", "reset-values", ...release],
  },
  docker: {
    build: ["tag", "build-arg", "target"],
    pull: [],
    push: [],
    rm: ["force"],
    rmi: ["force"],
    run: ["detach", "name", "env", "user", "workdir", "entrypoint", "rm"],
    start: [],
    stop: ["time", "t"],
    tag: [],
  },
};

/** A namespace of labs; steps without it are in the lab's own. */
const namespaceFlag = "namespace";
const labNamespace = /^lab-[a-z0-9-]+$/;

const words = z.array(z.union([z.string(), z.number().transform(String)])).min(1);

/** The words of a command as a step has them, after the tool's name. */
export function stepCommand(tool: StepTool) {
  return words.superRefine((command, context) => {
    const trouble = troubleIn(tool, command);
    if (trouble !== undefined) context.addIssue({ code: "custom", message: trouble });
  });
}

/** Why a step may not do this; undefined when it may. */
function troubleIn(tool: StepTool, [verb = "", ...rest]: readonly string[]): string | undefined {
  const flags = Object.hasOwn(tools[tool], verb) ? tools[tool][verb] : undefined;
  if (!flags) return `a step may not do "${tool} ${verb}": ${Object.keys(tools[tool]).join(", ")}`;
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  for (const word of own) {
    const trouble = word.startsWith("-") ? flagTrouble(tool, word, flags) : wordTrouble(word);
    if (trouble !== undefined) return `a step may not do "${tool} ${verb}" with ${word}: ${trouble}`;
  }
  return undefined;
}

function flagTrouble(tool: StepTool, word: string, flags: readonly string[]): string | undefined {
  const [name = "", ...values] = word.replace(/^--?/, "").split("=");
  const value = values.join("=");
  if (name === namespaceFlag && tool === "kubectl") {
    return labNamespace.test(value) ? undefined : `--${name}=lab-… names another namespace of labs`;
  }
  if (!flags.includes(name)) return `its flags are ${flags.map((flag) => `--${flag}`).join(", ") || "none"}`;
  if (name === "set-file") return values.slice(1).map(wordTrouble).find(Boolean);
  return ["filename", "values"].includes(name) ? wordTrouble(value) : undefined;
}

/** Anything that is no flag may be a file: helm and docker read charts, values and folders from where they are run. */
function wordTrouble(word: string): string | undefined {
  if (word.startsWith("/") || word.startsWith("~") || word.split(/[/\\,]/).includes(".."))
    return "files are named from the lab's folder, and are in it";
  return /^(file|git|ssh):|^https?:.*\.git/i.test(word) ? "a step takes no files from elsewhere" : undefined;
}
