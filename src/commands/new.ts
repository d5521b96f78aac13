import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exitCodes, UsageError } from "../errors.ts";
import { labNames } from "../lab/lab-names.ts";
import { defineCommand } from "./command.ts";

export const newLab = defineCommand({
  usage: "new <what> <id>",
  summary: "A new lab's folder, to fill in",
  positionals: {
    what: { type: "string", choices: ["lab"] as const, demandOption: true },
    id: { type: "string", demandOption: true, describe: "Small letters, digits and hyphens" },
  },
  options: { number: { type: "number", demandOption: true, describe: "Its place among the labs: 17" } },
  examples: [["labctl new lab spark --number 17", "Makes labs/17-spark"]],
  async run(args, deps) {
    refuse(args.id, await labNames(deps.places.labs));
    const folder = join(deps.places.labs, `${String(args.number).padStart(2, "0")}-${args.id}`);
    for (const [path, text] of Object.entries(filesOf(args.id))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { flag: "wx" });
    }
    deps.streams.out.write(`${folder}\nNext: labctl lint, then: labctl verify ${args.id} --cases\n`);
    return exitCodes.ok;
  },
});

function refuse(id: string, known: readonly string[]): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new UsageError({
      message: `"${id}" is no id for a lab.`,
      hint: "Use small letters, digits and single hyphens.",
    });
  }
  if (known.includes(id)) {
    throw new UsageError({
      message: `There is a lab "${id}" already.`,
      hint: `Look at it: labctl show ${id}`,
    });
  }
}

/** By path. Everything that there is to know of a lab is in its folder. */
function filesOf(id: string): Readonly<Record<string, string>> {
  return {
    "lab.yaml": labFile(id),
    "README.md": `# ${id}\n\nWhat there is to do, and why.\n`,
    "solution/steps.yaml": solutionFile,
    "cases/nothing-runs/case.yaml": wrongCase,
    "cases/more-than-asked/case.yaml": rightCase,
  };
}

function labFile(id: string): string {
  return `# yaml-language-server: $schema=../../schemas/lab.schema.json
apiVersion: labctl.dev/v1
kind: Lab
id: ${id}
title: What it is about, in a few words
asks: [deploy]
source: "Lecture N, the slide's title"
needs: { images: [nginx-1.22.1] }
exercises:
  - id: first
    title: The first exercise
    objective: What there is to do, in one sentence.
    points: 1
    docs: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
    hints:
      - A nudge.
      - when: has no ready replica
        text: What is about one failure; it is given first where a finding's message is like that.
      - Nearly the answer.
    checks:
      - kind: resource
        object: { apiVersion: apps/v1, kind: Deployment, name: web }
        conditions:
          - that: object.status.readyReplicas >= 1
            message: Deployment web has no ready replica.
`;
}

const solutionFile = `# What takes the untouched lab to the solved one.
- kubectl: [create, deployment, web, --image=localhost:5001/nginx:1.22.1]
- kubectl: [rollout, status, deployment/web, --timeout=60s]
`;

const wrongCase = `# A state that looks right and must not pass. What a clever, a lazy or a confused student would do.
title: The Deployment is there, but scaled to nothing
expect: failed
finding: has no ready replica
exercises: { first: failed }
after: solution
steps:
  - kubectl: [scale, deployment/web, --replicas=0]
  - wait: { kind: Deployment, name: web, that: "!has(object.status.readyReplicas)" }
`;

const rightCase = `# A state that looks odd and is right.
title: Three replicas instead of one
expect: passed
after: solution
steps:
  - kubectl: [scale, deployment/web, --replicas=3]
`;
