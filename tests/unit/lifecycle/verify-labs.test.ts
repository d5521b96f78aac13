import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { discoverLabs } from "../../../src/lab/discover.ts";
import type { LabRun } from "../../../src/lifecycle/lab-run.ts";
import { verifyLabs } from "../../../src/lifecycle/verify-labs.ts";
import { silentProgress } from "../../../src/terminal/line-progress.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
import { fakeStepContext } from "../../support/fake-step-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { placedNode } from "../../support/placed-pods.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  await useDemoLab(world);
});
afterEach(() => world[Symbol.asyncDispose]());

/** Labs like the demo lab; who is at work, with whom, is kept. */
async function runsOf(...names: readonly string[]) {
  const labs = join(world.project, "labs");
  for (const [index, name] of names.entries()) {
    const folder = join(labs, `0${String(index + 2)}-${name}`);
    await cp(join(labs, "01-demo"), folder, { recursive: true });
    const text = await readFile(join(folder, "lab.yaml"), "utf8");
    const nodes = name.startsWith("alone") ? "\nstart: { nodes: [{ labels: { disk: ssd } }] }" : "";
    const memory = name.startsWith("big") ? "\nneeds: { memory: 2Gi }" : "";
    await writeFile(join(folder, "lab.yaml"), text.replace("id: demo", `id: ${name}${nodes}${memory}`));
  }
  const found = await discoverLabs(world.project);
  const context = fakeStepContext(world);
  const active = new Set<string>();
  const together: string[] = [];
  const exclusive = async <T>(work: () => Promise<T>, subject = ""): Promise<T> => {
    if (subject === "lab-broken") throw new EnvironmentError({ message: "no cluster", hint: "labctl up" });
    active.add(subject);
    together.push([...active].join(" "));
    return work().finally(() => active.delete(subject));
  };
  const runs: readonly LabRun[] = found.labs
    .filter(({ id }) => names.includes(id))
    .map((lab) => ({
      lab,
      namespace: `lab-${lab.id}`,
      context: { ...context, deps: { ...context.deps, exclusive } },
    }));
  return { runs, together };
}

const options = { cases: true, texts: true, parallel: 2, progressOf: () => silentProgress };

describe("verifyLabs", () => {
  it("proves two at a time, those that disturb nodes alone and last, and keeps the order", async () => {
    world.kube.add(placedNode("worker"));
    const { runs, together } = await runsOf("alone-a", "b", "c", "alone-d");
    const proofs = await verifyLabs({ ...options, runs });
    expect(proofs.map(({ lab, problems }) => [lab, problems])).toEqual([
      ["alone-a", []],
      ["b", []],
      ["c", []],
      ["alone-d", []],
    ]);
    expect(together).toEqual(["lab-b", "lab-b lab-c", "lab-alone-a", "lab-alone-d"]);
  });

  it("proves those that take much memory one at a time, beside the others", async () => {
    const { runs, together } = await runsOf("big-a", "big-b", "c");
    await verifyLabs({ ...options, runs, parallel: 3 });
    expect(together[0]).toBe("lab-big-a");
    expect(together).toContain("lab-big-a lab-c");
    expect(together.some((labs) => labs.includes("lab-big-a") && labs.includes("lab-big-b"))).toBe(false);
  });

  it("counts what takes much memory for two", async () => {
    const { runs, together } = await runsOf("big-a", "c", "d", "e", "f");
    await verifyLabs({ ...options, runs, parallel: 3 });
    const most = (some: readonly string[]) => Math.max(...some.map((labs) => labs.split(" ").length));
    const isBeside = (labs: string): boolean => labs.includes("big");
    expect(most(together.filter(isBeside))).toBe(2);
    expect(most(together.filter((labs) => !isBeside(labs)))).toBe(3);
  });

  it("grades a case in the exercises that it names alone; only where those disturb nodes it has to wait", async () => {
    const loud = `
  - id: loss
    title: A machine is switched off
    objective: It comes back.
    points: 1
    docs: https://kubernetes.io/docs/
    hints: [Wait., Wait longer.]
    checks: [{ kind: node-loss, deployment: web, service: web }]
`;
    const demo = join(world.project, "labs", "01-demo");
    await appendFile(join(demo, "lab.yaml"), loud);
    const named = "title: Fine\nexpect: passed\nafter: solution\nexercises: { answer: passed }\n";
    await writeFile(join(demo, "cases", "right", "case.yaml"), named);
    const { runs, together } = await runsOf("b", "c");
    const proofs = await verifyLabs({ ...options, runs });
    expect(proofs.map(({ rightAccepted }) => rightAccepted)).toEqual([
      { good: 1, of: 1 },
      { good: 1, of: 1 },
    ]);
    expect(together).toEqual(["lab-b", "lab-b lab-c", "lab-b", "lab-c"]);
  });

  it("tells what each case was told", async () => {
    const { runs } = await runsOf("b");
    const [proof] = await verifyLabs({ ...options, runs });
    const durationMs: unknown = expect.any(Number);
    expect(proof?.cases).toEqual([
      { name: "right", title: "Twice", expect: "passed", asExpected: true, findings: [], durationMs },
      {
        name: "wrong",
        title: "Another number",
        expect: "failed",
        asExpected: true,
        findings: [{ reason: "condition-not-met", message: "It is not 42." }],
        durationMs,
      },
    ]);
  });

  it("tells why an exercise of a case got another verdict", async () => {
    const wrong = join(world.project, "labs", "01-demo", "cases", "wrong", "case.yaml");
    await appendFile(wrong, "exercises: { answer: passed }\n");
    const { runs } = await runsOf("b");
    const [proof] = await verifyLabs({ ...options, runs });
    expect(proof?.problems).toEqual(["case wrong: answer is failed instead of passed (It is not 42.)"]);
  });

  describe("a solution in groups", () => {
    const second = (checks: string): string => `
  - id: second
    title: One more
    objective: ConfigMap answer says why, too.
    points: 1
    docs: https://kubernetes.io/docs/
    hints: [Think., Because.]
    checks: [${checks}]
`;
    const because = `{ kind: resource, object: { kind: ConfigMap, name: answer },
      conditions: [{ that: 'has(object.data.why)', message: It does not say why. }] }`;
    const groups = `- exercise: answer
  steps: [{ apply: answer.yaml }]
- exercise: second
  steps: [{ apply: why.yaml }]
`;

    /** Of why.yaml, or of others that are given, comes what the second exercise asks for. */
    async function proveInGroups(checks: string, steps = groups, cases = true) {
      const folder = join(world.project, "labs", "01-demo");
      await appendFile(join(folder, "lab.yaml"), second(checks));
      await writeFile(join(folder, "solution", "steps.yaml"), steps);
      const answer = await readFile(join(folder, "solution", "answer.yaml"), "utf8");
      await writeFile(
        join(folder, "solution", "why.yaml"),
        answer.replace("value:", "why: it is so, value:"),
      );
      const { runs } = await runsOf("b");
      return (await verifyLabs({ ...options, runs, cases }))[0];
    }
    const ofOrder = (problems: readonly string[] = []) =>
      problems.filter((problem) => problem.startsWith("in reverse order"));

    it("is done in reverse with the cases, and every exercise keeps its points", async () => {
      const proof = await proveInGroups(because);
      const lost = "in reverse order (second, answer): second is failed (It does not say why.), not passed";
      expect(proof?.problems).toEqual([lost]);
      expect(proof?.inReverse).toMatchObject({ order: ["second", "answer"], holds: false });
    });

    it("is done in its own order alone without them", async () => {
      const proof = await proveInGroups(because, groups, false);
      expect(proof).toMatchObject({ problems: [] });
      expect(proof).not.toHaveProperty("inReverse");
    });

    it("has no reverse where the exercises can be done in one order only", async () => {
      const proof = await proveInGroups(
        because,
        groups.replace("exercise: second", "exercise: second\n  after: [answer]"),
      );
      expect(proof).toMatchObject({ problems: [] });
      expect(proof).not.toHaveProperty("inReverse");
    });

    it("is judged without what disturbs", async () => {
      const proof = await proveInGroups("{ kind: node-loss, deployment: web, service: web }");
      expect(ofOrder(proof?.problems)).toEqual([]);
      expect(proof?.inReverse).toMatchObject({ order: ["second", "answer"], holds: true });
    });

    it("may hold a step that cannot be done so early", async () => {
      world.exec.answer = (command) => {
        const isDone = world.kube.objects.has("ConfigMap lab-b/answer");
        return command.includes("patch") && !isDone ? { exitCode: 1, stderr: "not found" } : {};
      };
      const patch = "- exercise: second\n  steps: [{ kubectl: [patch, configmap/answer] }]\n";
      const proof = await proveInGroups(because, groups.replace(/- exercise: second[^]*/, patch));
      expect(ofOrder(proof?.problems)).toEqual([
        expect.stringMatching(/^in reverse order \(second, answer\): .*kubectl failed .* not found$/),
      ]);
      expect(proof?.outage).toBeUndefined();
    });
  });

  it("goes on with the others where one cannot be looked at", async () => {
    const { runs } = await runsOf("broken", "c");
    const proofs = await verifyLabs({ ...options, runs });
    expect(proofs).toMatchObject([
      { lab: "broken", outage: true, problems: ["no cluster labctl up"] },
      { lab: "c", problems: [] },
    ]);
  });
});
