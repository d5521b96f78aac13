/** What is wrong with commands of steps that their words alone do not tell: whose containers and images, what a patch sets. */
import { ImageName } from "../oci/image-name.ts";
import { readYaml } from "../yaml/plain-yaml.ts";
import { foreignNamespace, patchedNodeFields } from "./lab-objects.ts";
import type { Lab } from "./schema.ts";
import type { LabStep } from "./steps-schema.ts";

const registry = "localhost:5001";

/** A sentence for each thing that reaches beyond the lab. */
export function stepProblems(lab: Lab, step: LabStep): readonly string[] {
  if ("docker" in step) return dockerProblems(lab, step.docker);
  if (!("kubectl" in step)) return [];
  return [
    ...valuesOf("namespace", step.kubectl).flatMap((name) => foreignNamespace(lab, name)),
    ...valuesOf("patch", step.kubectl).flatMap(patchProblems),
  ];
}

/** Files that kubectl is to apply, which are looked at as those that labctl applies. */
export function appliedFiles(step: LabStep): readonly string[] {
  if ("apply" in step) return [step.apply];
  return "kubectl" in step ? valuesOf("filename", step.kubectl) : [];
}

function valuesOf(flag: string, words: readonly string[]): readonly string[] {
  const start = `--${flag}=`;
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return own.filter((word) => word.startsWith(start)).map((word) => word.slice(start.length));
}

function patchProblems(text: string): readonly string[] {
  try {
    return patchedNodeFields(readYaml(text)).map((field) => `--patch has ${field}, which may reach the node`);
  } catch {
    return ["--patch is neither JSON nor YAML"];
  }
}

/** What a step makes, sends, stops or removes beside the cluster is what `reset` names, and so the lab's. */
function dockerProblems({ reset }: Lab, [verb = "", ...words]: readonly string[]): readonly string[] {
  const { flags, operands } = takeApart(words);
  const of = (name: string) => flags.flatMap(([flag, value]) => (flag === name ? [value] : []));
  const containers = verb === "run" ? of("name") : ["rm", "start", "stop"].includes(verb) ? operands : [];
  const images =
    verb === "build" ? of("tag") : verb === "tag" ? operands.slice(1) : verb === "rmi" ? operands : [];
  const sent = verb === "push" ? operands : [];
  const pushed = reset.images.map((name) => `${registry}/${name}`);
  const isIn = (own: readonly string[], image: string) => own.includes(ImageName.parse(image).repository);
  return [
    ...containers
      .filter((name) => !reset.containers.includes(name))
      .map((name) => `container ${name} is not this lab's: reset.containers does not name it`),
    ...[
      ...images.filter((image) => !isIn([...reset.images, ...pushed], image)),
      ...sent.filter((image) => !isIn(pushed, image)),
    ].map((image) => `image ${image} is not this lab's: reset.images does not name it`),
    ...(verb === "build" && operands.some((folder) => folder !== "." && !folder.startsWith("./"))
      ? [`docker builds ., or ./<folder>, and not ${operands.join(" ")}`]
      : []),
  ];
}

const switches = ["detach", "rm", "force"];

function takeApart(words: readonly string[]) {
  const flags: [name: string, value: string][] = [];
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, name, value] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(words[at] ?? "") ?? [];
    if (name === undefined) operands.push(words[at] ?? "");
    else if (switches.includes(name)) continue;
    else flags.push([name, value ?? words[++at] ?? ""]);
  }
  return { flags, operands };
}
