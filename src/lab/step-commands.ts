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
      "from-file",
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

/** Whose value is read for what it names; so it stands in the same word. */
const telling = ["filename", "values", "set-file", "from-file", "repo", "patch", "namespace"];

/** A variable without a value would be given the one that labctl itself has. */
const variables = ["env", "build-arg"];

/** Verbs of kubectl that change what they name, with how many words come before that. */
const changing: Readonly<Record<string, number>> = {
  ...{ annotate: 0, autoscale: 0, create: 0, delete: 0, expose: 0, label: 0, patch: 0, scale: 0 },
  ...{ rollout: 1, set: 1 },
};

/** What is of a namespace, as kubectl takes it; a kind that is missing is the whole cluster's, or nothing of labs. */
const kinds =
  /^((pod|service|endpoint|configmap|secret|serviceaccount|persistentvolumeclaim|resourcequota|limitrange|event|deployment|replicaset|statefulset|daemonset|job|cronjob|horizontalpodautoscaler|poddisruptionbudget|endpointslice)s?|ingress(es)?|networkpolic(y|ies)|quota|po|svc|ep|cm|sa|pvc|deploy|rs|sts|ds|cj|hpa|pdb|ing|netpol)$/;

/** A path below the folder that a step is run in: no list, no address, nothing that helm or kubectl reads otherwise. */
const plainPath = /^(?!-)[\w./@+-]+$/;

/** The lab's registry and what is behind the ingress controller. */
const ownAddress = /^(https?|oci):\/\/([a-z0-9-]+\.)*localhost(:\d+)?(\/[\w./+-]*)?$/;

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
  if (rest.some((word) => word.includes("\0")))
    return `a step may not do "${tool} ${verb}" with a word that has a zero in it`;
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  for (const [index, word] of own.entries()) {
    const trouble = word.startsWith("-")
      ? flagTrouble(tool, word, { flags, next: own[index + 1] ?? "" })
      : wordTrouble(word);
    if (trouble !== undefined) return `a step may not do "${tool} ${verb}" with ${word}: ${trouble}`;
  }
  const trouble = tool === "kubectl" ? kindTrouble(verb, own) : undefined;
  return trouble === undefined ? undefined : `a step may not do "${tool} ${verb}" with ${trouble}`;
}

interface FlagPlace {
  readonly flags: readonly string[];
  /** The word after it, which may be its value. */
  readonly next: string;
}

function flagTrouble(tool: StepTool, word: string, { flags, next }: FlagPlace): string | undefined {
  // With one hyphen, `-selector=x` is `-s elector=x`, another server.
  const [name = "", ...values] = word.replace(/^(--|-(?=t$))/, "").split("=");
  const value = values.join("=");
  const isKnown = flags.includes(name) || (name === "namespace" && tool === "kubectl");
  if (!isKnown) return `its flags are ${flags.map((flag) => `--${flag}`).join(", ") || "none"}`;
  if (telling.includes(name) && value === "") return `write it as one word, --${name}=…`;
  if (tool === "docker" && variables.includes(name) && !(value || next).includes("="))
    return "a variable has its value beside it, NAME=value";
  if (name === "namespace") {
    return /^lab-[a-z0-9-]+$/.test(value) ? undefined : `--${name}=lab-… names another namespace of labs`;
  }
  if (name === "repo") return ownAddress.test(value) ? undefined : notFromElsewhere;
  if (!["filename", "values", "set-file", "from-file"].includes(name)) return undefined;
  const file = name === "set-file" ? /^[\w.[\]-]+=(.*)$/s.exec(value)?.[1] : value;
  return wordTrouble(file ?? "") ?? (plainPath.test(file ?? "") ? undefined : "it names one file of the lab");
}

const notFromElsewhere = "a step takes no files from elsewhere, and brings none there";

/** Anything that is no flag may be a file: helm and docker read charts, values and folders from where they are run. */
function wordTrouble(word: string): string | undefined {
  if (word.startsWith("/") || word.startsWith("~") || word.split(/[/\\,]/).includes(".."))
    return "files are named from the lab's folder, and are in it";
  if (/^(file|git|ssh):/i.test(word)) return notFromElsewhere;
  return /^[a-z+]+:\/\//i.test(word) && !ownAddress.test(word) ? notFromElsewhere : undefined;
}

/** Objects are named as `kind/name …`, or as `kind[,kind] [name …]`; what has a `=` is what is set. */
function kindTrouble(verb: string, words: readonly string[]): string | undefined {
  const before = Object.hasOwn(changing, verb) ? changing[verb] : undefined;
  if (before === undefined) return undefined;
  const named = words.filter((word) => !word.startsWith("-") && !word.includes("=")).slice(before);
  const [first = "", ...others] = named;
  const inOneWord = [first, ...others].filter((word) => word.includes("/"));
  const found = [
    ...(first.includes("/") ? [] : first.split(",")),
    ...inOneWord.map((word) => word.split("/")[0] ?? ""),
  ];
  const foreign = found.find((kind) => !kinds.test(kind.toLowerCase()));
  return foreign === undefined
    ? undefined
    : `${foreign || "nothing"}: it changes objects of the lab's namespace alone`;
}

/** Whether a kind is one that a namespace has, as kubectl takes it. */
export function isOfNamespaces(kind: string): boolean {
  return kinds.test(kind.toLowerCase());
}
