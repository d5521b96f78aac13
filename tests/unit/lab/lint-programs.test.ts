import { expect, it } from "vitest";
import { lintPrograms } from "../../../src/lab/lint-programs.ts";
import { loadLab } from "../../../src/lab/load.ts";
import { projectFolder } from "../../support/project-folder.ts";

const images = [
  { name: "vote-worker", repository: "vote-worker:1" },
  { name: "dask", repository: "dask:2026.8.0" },
  { name: "debian-12" },
];

/** In each place where a program may stand: line 17 is the first. */
const lab = (program: string) => `apiVersion: labctl.dev/v1
kind: Lab
id: queue
title: A queue
asks: [heal]
needs: { images: [vote-worker, debian-12] }
exercises:
  - id: first
    title: First
    objective: Do it.
    points: 1
    docs: https://kubernetes.io/docs/
    hints: [A nudge., The answer.]
    checks:
      - kind: program
        ${program}
      - kind: experiment
        before:
          - ${program.replaceAll("\n", "\n    ")}
        while:
          program:
            ${program.replaceAll("\n", "\n    ")}
        do: [{ delete: { pods: { deployment: worker } } }]
        then:
          - kind: program
            ${program.replaceAll("\n", "\n    ")}
      - kind: page
        url: http://queue.localhost/
        given:
          ${program.replaceAll("\n", "\n  ")}
        steps: [{ see: { selector: h1, text: Queue } }]
`;

const right = `run: [python3, checks/counts.py]
        image: localhost:5001/vote-worker:1
        with: { atLeast: 3 }`;

const schema = {
  type: "object",
  properties: { atLeast: { type: "integer", minimum: 1 } },
  required: ["atLeast"],
  additionalProperties: false,
};

async function problemsOf(program: string, files: Readonly<Record<string, string>> = {}) {
  await using folder = await projectFolder({
    "01-queue/lab.yaml": lab(program),
    "01-queue/checks/counts.py": "",
    ...files,
  });
  const known = { images: ["vote-worker", "debian-12"], charts: [], addons: [], tools: [] };
  const loaded = await loadLab(`${folder.path}/01-queue`, known);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  const problems = await lintPrograms(loaded.lab, images);
  return problems.map(({ file, line, message }) => `${file}:${String(line)} ${message}`);
}

it("finds nothing where files, images and input are right", async () => {
  expect(await problemsOf(right)).toEqual([]);
  const files = { "01-queue/checks/counts.schema.json": JSON.stringify(schema) };
  expect(await problemsOf(right, files)).toEqual([]);
});

it("finds a file that is not there, in every place where a program may stand", async () => {
  const message = "run: there is no file checks/count.py";
  expect(await problemsOf(right.replace("counts.py", "count.py"))).toEqual([
    `01-queue/lab.yaml:16 ${message}`,
    `01-queue/lab.yaml:21 ${message}`,
    `01-queue/lab.yaml:26 ${message}`,
    `01-queue/lab.yaml:32 ${message}`,
    `01-queue/lab.yaml:38 ${message}`,
  ]);
});

it.each(["localhost:5001/dask:2026.8.0", "localhost:5001/vote-worker:2", "debian-12"])(
  "finds the image %s, which the lab does not need",
  async (image) => {
    const [problem] = await problemsOf(right.replace("localhost:5001/vote-worker:1", image));
    expect(problem).toBe(
      `01-queue/lab.yaml:17 image: none of needs.images is pushed as ${image}, in which the program is to run`,
    );
  },
);

it("finds what the program does not take, by the schema beside it", async () => {
  const files = { "01-queue/checks/counts.schema.json": JSON.stringify(schema) };
  const [problem] = await problemsOf(right.replace("atLeast: 3", "atLeast: 0"), files);
  expect(problem).toBe(
    "01-queue/lab.yaml:18 with.atLeast: Too small: expected number to be >=1 (checks/counts.schema.json)",
  );
  const [typo] = await problemsOf(right.replace("atLeast: 3", "atLeast: 3, atMost: 4"), files);
  expect(typo).toMatch(/^01-queue\/lab.yaml:18 with: Unrecognized key: "atMost"/);
});

it.each(["{", "[]", '{ "type": "nonsense" }', '{ "$ref": "#" }'])(
  "finds a schema that is none: %s",
  async (text) => {
    const [problem] = await problemsOf(right, { "01-queue/checks/counts.schema.json": text });
    expect(problem).toContain("01-queue/lab.yaml:16 checks/counts.schema.json: it is no JSON schema: ");
  },
);
