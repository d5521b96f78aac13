import { describe, expect, it } from "vitest";
import { parseSolution } from "../../../src/lab/solution-schema.ts";
import type { Exercise } from "../../../src/lab/schema.ts";

const look = { kind: "helm-gone", release: "temp" } satisfies Exercise["checks"][number];
const quiz = { kind: "quiz", exercise: "quiz", questions: [] } satisfies Exercise["checks"][number];
const exercises = [
  { id: "deploy", checks: [look] },
  { id: "update", checks: [look] },
  { id: "quiz", checks: [quiz] },
];
const parse = (text: string) => parseSolution(text, { file: "01-demo/solution/steps.yaml", exercises });

function problems(text: string): readonly string[] {
  const parsed = parse(text);
  if (parsed.ok) throw new Error("it was accepted");
  return parsed.problems.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`);
}

describe("parseSolution", () => {
  it("reads steps without groups as one group of all exercises", () => {
    expect(parse("- delete: pod/a\n- delete: pod/b\n")).toMatchObject({
      value: [
        {
          exercises: ["deploy", "update", "quiz"],
          after: [],
          steps: [{ delete: "pod/a" }, { delete: "pod/b" }],
        },
      ],
    });
  });

  it("reads groups of one exercise and of several; a quiz needs none", () => {
    const text = `
- exercise: deploy
  steps: [{ delete: pod/a }]
- exercises: [update, deploy]
  after: [deploy]
  steps: [{ delete: pod/b }]
`;
    expect(parse(text)).toMatchObject({
      value: [
        { exercises: ["deploy"], after: [], steps: [{ delete: "pod/a" }] },
        { exercises: ["update", "deploy"], after: ["deploy"], steps: [{ delete: "pod/b" }] },
      ],
    });
  });

  it("refuses a step beside groups, with its place", () => {
    const text = "- exercises: [deploy, update]\n  steps: [{ delete: pod/a }]\n- delete: pod/b\n";
    expect(problems(text)).toEqual([
      "01-demo/solution/steps.yaml:3: 1: this step is in no group, and others are: all of them, or none",
    ]);
  });

  it("refuses exercises that there are not, and tells those that nobody does", () => {
    const text = `- exercise: deploi
  steps: [{ delete: pod/a }]
- exercises:
    - deploy
    - upgrade
  after: [later]
  steps: [{ delete: pod/a }]
`;
    expect(problems(text)).toEqual([
      "01-demo/solution/steps.yaml:1: 0.exercise: the lab has no exercise deploi",
      "01-demo/solution/steps.yaml:5: 1.exercises.1: the lab has no exercise upgrade",
      "01-demo/solution/steps.yaml:6: 1.after.0: the lab has no exercise later",
      "01-demo/solution/steps.yaml:1: exercise update is in no group",
    ]);
  });

  it("tells of a broken step in a group where it stands", () => {
    const text = "- exercises: [deploy, update]\n  steps:\n    - delete: pod/a\n    - aply: typo.yaml\n";
    expect(problems(text)).toEqual(
      expect.arrayContaining(["01-demo/solution/steps.yaml:4: 0.steps.1.aply: there is no such key"]),
    );
  });
});
