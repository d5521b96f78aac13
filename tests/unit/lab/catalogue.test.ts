import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LabDefinitionError, UsageError } from "../../../src/errors.ts";
import { discoverLabs } from "../../../src/lab/discover.ts";
import { didYouMean, findLab } from "../../../src/lab/find-lab.ts";
import { loadCases, loadSolution } from "../../../src/lab/load.ts";

const repository = join(import.meta.dirname, "..", "..", "..");

describe("the labs of the repository", () => {
  it("are sound, with their solutions and their cases", async () => {
    const { labs, problems } = await discoverLabs(repository);
    expect(problems).toEqual([]);
    expect(labs.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["nginx-deployment", "services", "ingress"]),
    );
    for (const lab of labs) {
      expect((await loadSolution(lab))?.steps.length).toBeGreaterThan(0);
      expect((await loadCases(lab)).length).toBeGreaterThanOrEqual(8);
    }
  });
});

describe("a catalogue", () => {
  let root = "";
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const lab = (id: string) => `apiVersion: labctl.dev/v1
kind: Lab
id: ${id}
title: T
asks: [heal]
exercises:
  - { id: a, title: A, objective: O, points: 1, docs: "https://kubernetes.io/", hints: [x, y],
      checks: [{ kind: resource, object: { kind: Pod, name: web } }] }
`;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "labctl-labs-"));
    write("labs/02-pods/lab.yaml", lab("pods"));
    write("labs/01-containers/lab.yaml", lab("containers"));
    write("labs/03-broken/lab.yaml", lab("broken").replace("title: T", "title: 3"));
    write("labs/04-renamed/lab.yaml", lab("other"));
    write("labs/05-later/README.md", "later");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("lists sound labs in order, and keeps the problems of the others", async () => {
    const { labs, problems } = await discoverLabs(root);
    expect(labs.map(({ id }) => id)).toEqual(["containers", "pods"]);
    expect(problems.map(({ file, line }) => `${file}:${String(line)}`)).toEqual([
      "03-broken/lab.yaml:4",
      "04-renamed/lab.yaml:undefined",
    ]);
  });

  it("finds a lab, tells the problems of a broken one, and asks for one that was misspelt", async () => {
    const catalogue = await discoverLabs(root);
    expect(findLab(catalogue, "pods").folder).toBe(join(root, "labs/02-pods"));
    expect(() => findLab(catalogue, "broken")).toThrow(LabDefinitionError);
    expect(() => findLab(catalogue, "podz")).toThrow(UsageError);
    expect(() => findLab(catalogue, "podz")).toThrow(
      expect.objectContaining({ lastSeen: 'Did you mean "pods"?' }),
    );
  });

  it("refuses steps of no kind, and files that are not there", async () => {
    const { labs } = await discoverLabs(root);
    const pods = labs[1];
    if (!pods) throw new Error("no lab");
    expect(await loadSolution(pods)).toBeUndefined();
    write("labs/02-pods/solution/steps.yaml", "- apply: gone.yaml\n");
    await expect(loadSolution(pods)).rejects.toThrow(LabDefinitionError);
    write("labs/02-pods/solution/steps.yaml", "- shell: rm -rf /\n");
    await expect(loadSolution(pods)).rejects.toThrow(LabDefinitionError);
    write("labs/02-pods/solution/steps.yaml", "- kubectl: [run, web, --port=80, 3]\n- delete: pod/web\n");
    expect((await loadSolution(pods))?.steps).toEqual([
      { kubectl: ["run", "web", "--port=80", "3"] },
      { delete: "pod/web" },
    ]);
  });

  it("reads cases in order, and refuses verdicts about exercises that there are not", async () => {
    const { labs } = await discoverLabs(root);
    const pods = labs[1];
    if (!pods) throw new Error("no lab");
    write("labs/02-pods/cases/b/case.yaml", "title: B\nexpect: failed\nreason: not-found\n");
    write(
      "labs/02-pods/cases/a/case.yaml",
      "title: A\nexpect: passed\nafter: solution\nexercises: { a: passed }\n",
    );
    expect((await loadCases(pods)).map(({ name, after, steps }) => ({ name, after, steps }))).toEqual([
      { name: "a", after: "solution", steps: [] },
      { name: "b", after: "start", steps: [] },
    ]);
    write("labs/02-pods/cases/a/case.yaml", "title: A\nexpect: passed\nexercises: { z: passed }\n");
    await expect(loadCases(pods)).rejects.toThrow(LabDefinitionError);
  });

  it.each(["lab.yaml", "README.md", "start/web.yaml", "files/app.py", "checks/ask.py", "cases/a/case.yaml"])(
    "refuses a lab whose %s is a link, and no other one",
    async (file) => {
      write("elsewhere", lab("pods"));
      mkdirSync(dirname(join(root, "labs/02-pods", file)), { recursive: true });
      rmSync(join(root, "labs/02-pods", file), { force: true });
      symlinkSync(join(root, "elsewhere"), join(root, "labs/02-pods", file));
      const catalogue = await discoverLabs(root);
      expect(catalogue.labs.map(({ id }) => id)).toEqual(["containers"]);
      expect(catalogue.problems).toContainEqual({
        file: `02-pods/${file}`,
        message: expect.stringContaining("it is a link to") as string,
      });
      expect(() => findLab(catalogue, "pods")).toThrow(LabDefinitionError);
    },
  );

  it("refuses a lab that is a link itself", async () => {
    write("elsewhere/lab.yaml", lab("linked"));
    symlinkSync(join(root, "elsewhere"), join(root, "labs/06-linked"));
    const catalogue = await discoverLabs(root);
    expect(catalogue.labs.map(({ id }) => id)).toEqual(["containers", "pods"]);
    expect(catalogue.problems.map(({ file }) => file)).toContain("06-linked");
    expect(() => findLab(catalogue, "linked")).toThrow(LabDefinitionError);
  });

  it("applies no file of another folder", async () => {
    const { labs } = await discoverLabs(root);
    const pods = labs[1];
    if (!pods) throw new Error("no lab");
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n";
    write("labs/01-containers/start/web.yaml", pod);
    write("labs/02-pods/solution/web.yaml", pod);
    const wrong = (line: string) => `title: A\nexpect: failed\nsteps: [{ apply: ${line} }]\n`;
    write("labs/02-pods/cases/a/case.yaml", wrong("../../solution/web.yaml"));
    expect(await loadCases(pods)).toHaveLength(1);
    for (const path of [
      "../../../01-containers/start/web.yaml",
      join(root, "labs/02-pods/solution/web.yaml"),
    ]) {
      write("labs/02-pods/cases/a/case.yaml", wrong(path));
      await expect(loadCases(pods)).rejects.toMatchObject({
        problems: [
          {
            file: "02-pods/cases/a/case.yaml",
            message: `apply: ${path} is not a path to a file of this lab: name one beside the steps`,
          },
        ],
      });
    }
  });

  it("refuses a namespace that another lab may have, too: labs are proven side by side", async () => {
    const { labs } = await discoverLabs(root);
    const pods = labs[1];
    if (!pods) throw new Error("no lab");
    write(
      "labs/02-pods/cases/a/case.yaml",
      "title: A\nexpect: failed\nsteps: [{ apply: one.yaml }, { apply: two.yaml }]\n",
    );
    const labels = "labels: { pod-security.kubernetes.io/enforce: baseline }";
    const one = `apiVersion: v1\nkind: Namespace\nmetadata: { name: lab-pods-elsewhere, ${labels} }\n`;
    const two = "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: lab-pods-elsewhere }\n";
    write("labs/02-pods/cases/a/one.yaml", one);
    write("labs/02-pods/cases/a/two.yaml", two);
    expect(await loadCases(pods)).toHaveLength(1);
    write("labs/02-pods/cases/a/one.yaml", one.replace("lab-pods-elsewhere", "elsewhere"));
    write("labs/02-pods/cases/a/two.yaml", two.replace("lab-pods-elsewhere", "default"));
    const place = (file: string) => `02-pods/cases/a/${file}`;
    await expect(loadCases(pods)).rejects.toMatchObject({
      problems: [
        {
          file: place("one.yaml"),
          message: expect.stringContaining("elsewhere is not this lab's") as string,
        },
        { file: place("two.yaml"), message: expect.stringContaining("default is not this lab's") as string },
      ],
    });
  });
});

describe("didYouMean", () => {
  it.each([
    ["ingres", "ingress"],
    ["nginx", "nginx-deployment"],
    ["servcies", "services"],
    ["kubernetes", undefined],
  ])("%s: %s", (word, near) => {
    expect(didYouMean(word, ["nginx-deployment", "services", "ingress"])).toBe(near);
  });
});
