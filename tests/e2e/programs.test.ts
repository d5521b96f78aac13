import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CheckReport, ExerciseResult } from "../../src/report/result.ts";
import { runLabctl, type LabctlRun } from "../support/run-labctl.ts";

vi.stubEnv("LABCTL_LABS", join(import.meta.dirname, "..", "fixtures", "labs"));

let checked: LabctlRun;
let results: ReadonlyMap<string, ExerciseResult>;

// One check for all of them, so that each comes after one that has spoilt its pod.
beforeAll(async () => {
  await runLabctl("reset", "hostile");
  const started = await runLabctl("start", "hostile");
  expect(started.exitCode, started.stderr).toBe(0);
  checked = await runLabctl("check", "hostile", "-o", "json");
  const report = JSON.parse(checked.stdout) as CheckReport;
  results = new Map(report.exercises.map((exercise) => [exercise.id, exercise]));
});

afterAll(async () => {
  const leave =
    "kubectl delete namespace/lab-hostile --wait=false; kubectl -n labctl-system delete cm/lab-hostile";
  await runLabctl("shell", "hostile", "--command", leave);
  vi.unstubAllEnvs();
});

describe("a program that does what it should not is errored, and costs nobody points", () => {
  test.each([
    ["forges", /wrote an answer that does not carry the word of this check/],
    ["sleeps", /was not done within 5 s/],
    ["floods", /could not be heard to its end/],
    ["fails", /ended with exit code 1: there is no such thing/],
    ["babbles", /wrote what is no answer/],
    // Its own process is killed, or its container with it.
    ["grows", /was killed|lost its pod/],
  ])("%s", (id, why) => {
    expect(results.get(id)).toMatchObject({ status: "errored", findings: [] });
    const [, told = ""] = results.get(id)?.reason?.split(`The lab's program checks/${id}.py `) ?? [];
    expect(told).toMatch(why);
    expect(checked.exitCode).toBe(3);
  });
});

describe("a program is given no more than lab.yaml says", () => {
  test("it plays by the rules in a folder of its own, as a user without rights, and without a token", () => {
    expect(results.get("answers")).toMatchObject({
      status: "passed",
      observations: [expect.stringMatching(/^as user 65532 in \/tmp/)],
    });
  });

  test("without leave the API server and the root file system refuse it", () => {
    expect(results.get("trespasses")).toMatchObject({
      status: "passed",
      observations: [
        expect.stringMatching(/^the API server says 40[13]$/),
        "the root file system says Read-only file system",
      ],
    });
  });

  test("with leave for pods the API server gives it those, of its lab, and nothing else", () => {
    expect(results.get("reads")).toMatchObject({ status: "passed" });
  });

  test("a fact that is not there is the finding", () => {
    expect(results.get("misses")).toMatchObject({
      status: "failed",
      findings: [{ check: "program", reason: "not-found", object: "Service/queue" }],
    });
  });
});

test("no pod of theirs is left, and nothing that gave one rules", async () => {
  const kinds = "pods,serviceaccounts,roles,rolebindings";
  const selector = "--selector=labctl.dev/look=lab-hostile";
  const list = `kubectl get ${kinds} --all-namespaces ${selector} --output=name`;
  const { stdout, stderr, exitCode } = await runLabctl("shell", "hostile", "--command", list);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe("");
});
