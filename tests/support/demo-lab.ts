import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FakeWorld } from "./fake-world.ts";

const lab = `apiVersion: labctl.dev/v1
kind: Lab
id: demo
title: A lab of one object
asks: [deploy]
exercises:
  - id: answer
    title: The answer
    objective: ConfigMap answer holds 42.
    points: 2
    docs: https://kubernetes.io/docs/
    hints: [Think., It is 42.]
    checks:
      - kind: resource
        object: { kind: ConfigMap, name: answer }
        conditions:
          - that: object.data.value == "42"
            message: It is not 42.
`;

const answer = (value: string): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: answer }
data: { value: "${value}" }
`;

/** A project with one lab that a fake cluster can hold; deleting a namespace takes along what is in it. */
export async function useDemoLab(world: FakeWorld, solution = "42"): Promise<void> {
  world.project = join(world.home, "project");
  const folder = join(world.project, "labs", "01-demo");
  await write(join(folder, "lab.yaml"), lab);
  await write(join(folder, "solution", "steps.yaml"), "- apply: answer.yaml\n");
  await write(join(folder, "solution", "answer.yaml"), answer(solution));
  await write(join(folder, "cases", "wrong", "case.yaml"), wrongCase);
  await write(join(folder, "cases", "wrong", "answer.yaml"), answer("41"));
  await write(join(folder, "cases", "right", "case.yaml"), "title: Twice\nexpect: passed\nafter: solution\n");
  world.platform.kubeconfig = join(world.home, "kubeconfig.yaml");
  await write(world.platform.kubeconfig, "current-context: a\ncontexts: []\n");
  world.kube.behaviour.onRemove = ({ kind, name }, kube) => {
    if (kind !== "Namespace") return;
    for (const object of [...kube.objects.values()]) {
      if (object.metadata.namespace === name) kube.forget({ kind: object.kind, ...object.metadata });
    }
  };
}

const wrongCase = `title: Another number
expect: failed
reason: condition-not-met
steps:
  - apply: answer.yaml
`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
}
