import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../../../src/deps.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import { main } from "../../../src/main.ts";
import { putLabState, readLabState } from "../../../src/records/state.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
import { fakeLabState } from "../../support/fake-check-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("list and show", () => {
  test("list is a table, or data", async () => {
    expect((await world.run("list")).stdout).toMatch(
      /^# +LAB +TITLE +MINUTES +POINTS +AFTER +ASKS\n1 +containers .* 45 +12 +- +deploy\n2 +pods .* 1 +deploy/,
    );
    expect(JSON.parse((await world.run("list", "-o", "json")).stdout)).toContainEqual(
      expect.objectContaining({ id: "ingress", exercises: ["host", "paths", "tls", "quiz"] }),
    );
  });

  test("show prints the instructions as they are, without a terminal", async () => {
    const { stdout, stderr } = await world.run("show", "nginx-deployment");
    expect(stdout).toMatch(/^# /);
    expect(stderr).toBe("It begins with: labctl start nginx-deployment\n\n");
    expect((await world.run("show", "containers")).stderr).toContain(
      `labctl start containers; that puts its files into ${join(world.home, "files", "containers")}`,
    );
  });
});

describe("start", () => {
  test("makes the namespace, remembers the lab, and says what to type next", async () => {
    const { exitCode, stdout } = await world.run("start", "nginx-deployment");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Lab nginx-deployment is started in namespace lab-nginx-deployment.");
    expect(await readLabState(world.kube, "lab-nginx-deployment")).toMatchObject({
      lab: "nginx-deployment",
      seed: "5".repeat(16),
    });
  });

  test("a second time writes nothing", async () => {
    await world.run("start", "nginx-deployment");
    world.kube.writes.length = 0;
    const { stdout } = await world.run("start", "nginx-deployment");
    expect(stdout).toContain("was started before and is left as it is");
    expect(world.kube.writes).toEqual([]);
  });

  test("a namespace that labctl did not make is refused", async () => {
    world.kube.add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "lab-nginx-deployment" } });
    const { exitCode, stderr } = await world.run("start", "nginx-deployment");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Namespace lab-nginx-deployment was not made by labctl.");
  });

  test("lays the lab's files out once, and says what --force writes over", async () => {
    expect((await world.run("start", "containers")).stdout).toContain(
      `Its files are in ${join(world.home, "files", "containers")}.\n`,
    );
    const own = join(world.home, "files", "containers", "app.py");
    await writeFile(own, "mine");
    await world.run("start", "containers");
    expect(await readFile(own, "utf8")).toBe("mine");
    const { stdout } = await world.run("start", "containers", "--force");
    expect(stdout).toContain(
      `Its files are in ${join(world.home, "files", "containers")}; written over: app.py.\n`,
    );
    expect(await readFile(own, "utf8")).toContain("class Application");
  });

  test("-n takes another namespace", async () => {
    await world.run("start", "nginx-deployment", "-n", "anna");
    expect(await readLabState(world.kube, "anna")).toBeDefined();
  });
});

describe("check", () => {
  test("of an untouched lab fails with findings, on stdout alone", async () => {
    await world.run("start", "nginx-deployment");
    const { exitCode, stdout, stderr } = await world.run("check", "nginx-deployment", "-o", "json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ kind: "CheckReport", status: "failed", score: 0 });
    expect(stderr).toContain("Check lab nginx-deployment");
  });

  test("an outage is one document with everything errored, exit code 3 and no points touched", async () => {
    await world.run("start", "nginx-deployment");
    world.kube.down = true;
    const { exitCode, stdout } = await world.run("check", "nginx-deployment", "-o", "json");
    expect(exitCode).toBe(3);
    const report = JSON.parse(stdout) as { status: string; exercises: { status: string; reason: string }[] };
    expect(report.status).toBe("errored");
    expect(report.exercises.map(({ status }) => status)).toEqual(["errored", "errored", "errored"]);
    expect(report.exercises[0]?.reason).toContain("does not answer");
  });

  test("remembers the score for status", async () => {
    await world.run("start", "nginx-deployment");
    await world.run("check", "nginx-deployment");
    const state = await readLabState(world.kube, "lab-nginx-deployment");
    expect(state?.lastScore).toMatchObject({ score: 0, maxScore: 8 });
  });

  test("of several labs is a list", async () => {
    const { stdout } = await world.run("check", "nginx-deployment", "services", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ kind: "CheckReportList", items: [{}, {}] });
  });

  test("prints each report as it comes", async () => {
    const before: string[] = [];
    const exclusive: Deps["exclusive"] = (work) => {
      before.push(world.streams.out.text);
      return work();
    };
    await main(["check", "nginx-deployment", "services"], { ...world.deps(), exclusive });
    expect(before.map((text) => text.split(" in namespace")[0])).toEqual(["", "nginx-deployment"]);
    expect(world.streams.out.text).toContain("\n\nservices in namespace lab-services");
  });

  test("one exercise of a lab, and what it requires; the score of the whole lab stays", async () => {
    await world.run("start", "nginx-deployment");
    await world.run("check", "nginx-deployment");
    const before = await readLabState(world.kube, "lab-nginx-deployment");
    const { stdout } = await world.run("check", "nginx-deployment", "served", "-o", "json");
    const report = JSON.parse(stdout) as { exercises: { id: string }[] };
    expect(report.exercises.map(({ id }) => id)).toEqual(["served"]);
    expect(await readLabState(world.kube, "lab-nginx-deployment")).toEqual(before);
    const { exitCode, stderr } = await world.run("check", "nginx-deployment", "serve");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Lab nginx-deployment has no exercise "serve".\n  Did you mean "served"?');
  });

  test("of a lab that was not started says so first, in the report", async () => {
    const { stdout } = await world.run("check", "nginx-deployment");
    expect(stdout.split("\n")[2]).toContain("Lab nginx-deployment was not started in namespace");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("begin with labctl start nginx-deployment.");
    await world.run("start", "nginx-deployment");
    expect((await world.run("check", "nginx-deployment")).stdout).not.toContain("was not started");
  });

  test("needs a lab", async () => {
    expect((await world.run("check")).exitCode).toBe(2);
  });
});

describe("hint", () => {
  test("gives one more each time, up to the last", async () => {
    await world.run("start", "nginx-deployment");
    const texts = [];
    for (let call = 0; call < 3; call++)
      texts.push((await world.run("hint", "nginx-deployment", "deploy")).stdout);
    expect(texts[0]).toContain("hint 1 of 2");
    expect(texts[1]).toContain("hint 2 of 2");
    expect(texts[2]).toBe(texts[1]);
  });

  test("without an exercise takes the first failed one", async () => {
    await world.run("start", "nginx-deployment");
    expect((await world.run("hint", "nginx-deployment")).stdout).toContain("(deploy), hint 1 of 2");
  });

  test("disturbs nothing to find an exercise", async () => {
    await useDemoLab(world);
    const file = join(world.project, "labs", "01-demo", "lab.yaml");
    const experiment = "      - { kind: pod-replaced, deployment: web, replicas: { atLeast: 1 } }\n";
    await writeFile(file, (await readFile(file, "utf8")) + experiment);
    await world.run("start", "demo");
    world.kube.add({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "answer", namespace: "lab-demo" },
      data: { value: "42" },
    });
    world.kube.writes.length = 0;
    const { stdout, exitCode } = await world.run("hint", "demo");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("experiments tell: labctl check demo");
    expect(stdout).toContain("labctl hint demo answer");
    expect(world.kube.writes).toEqual([]);
  });

  test("says what could not be looked at, instead of a hint for something else", async () => {
    await useDemoLab(world);
    await world.run("start", "demo");
    const read = world.kube.read.bind(world.kube);
    world.kube.read = (ref) => {
      if (ref.name === "answer") throw new EnvironmentError({ message: "No answer.", hint: "labctl up" });
      return read(ref);
    };
    const { exitCode, stderr } = await world.run("hint", "demo");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("Exercise answer could not be looked at.\n  No answer. Next: labctl up\n");
  });

  test("of a lab that was not started, or an exercise that there is not", async () => {
    expect((await world.run("hint", "nginx-deployment", "deploy")).stderr).toContain("was not started");
    expect((await world.run("hint", "nginx-deployment", "deplyo")).stderr).toContain(
      'Did you mean "deploy"?',
    );
  });
});

describe("quiz", () => {
  beforeEach(async () => {
    world.kube.behaviour.onApply = undefined;
    await startIngress();
  });

  async function startIngress(): Promise<void> {
    await putLabState(world.kube, fakeLabState({ lab: "ingress", namespace: "lab-ingress", seed: "17" }));
  }

  test("prints the questions without a terminal", async () => {
    const { exitCode, stdout } = await world.run("quiz", "ingress");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\(pods\)\n {2}1\) /);
  });

  test("--answer is remembered; a wrong one ends with 1", async () => {
    const { exitCode, stdout } = await world.run("quiz", "ingress", "--answer", "processes=a");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✖ processes");
    expect((await readLabState(world.kube, "lab-ingress"))?.quiz).toEqual({ quiz: { processes: "a" } });
  });

  test("an answer to nothing is wrong usage", async () => {
    expect((await world.run("quiz", "ingress", "--answer", "why=a")).exitCode).toBe(2);
  });

  test("where several choices may be right, says so, and takes them by number or id in any order", async () => {
    expect((await world.run("quiz", "ingress")).stdout).toContain("Several choices may be right: write 1,3");
    expect((await world.run("quiz", "ingress", "--answer", "pods=c,a")).exitCode).toBe(0);
    expect((await readLabState(world.kube, "lab-ingress"))?.quiz).toEqual({ quiz: { pods: "a,c" } });
    expect((await world.run("quiz", "ingress", "--answer", "pods=1,2,3,4")).exitCode).toBe(1);
    expect((await readLabState(world.kube, "lab-ingress"))?.quiz).toEqual({ quiz: { pods: "a,b,c,d" } });
  });

  test("several answers to a question that has one are wrong usage, and so is a choice that there is not", async () => {
    const { exitCode, stderr } = await world.run("quiz", "ingress", "--answer", "processes=1,2");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain("Write one number from 1 to 4.");
    expect((await world.run("quiz", "ingress", "--answer", "pods=1,9")).exitCode).toBe(2);
  });
});

describe("solve and reset", () => {
  test("solve does what the solution says, with the lab's own tools", async () => {
    const { writeFile } = await import("node:fs/promises");
    world.platform.kubeconfig = `${world.home}/kubeconfig.yaml`;
    await writeFile(world.platform.kubeconfig, "current-context: a\ncontexts: []\n");
    const { exitCode, stderr } = await world.run("solve", "nginx-deployment");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(world.kube.writes).toContain("apply Deployment lab-nginx-deployment/nginx-deployment");
    expect(world.exec.ran[0]).toBe(
      `${world.home}/bin/kubectl rollout status deployment/nginx-deployment --timeout=120s`,
    );
  });

  test("reset removes the namespace and what carries the lab's labels, then starts anew", async () => {
    await world.run("start", "nginx-deployment");
    const labels = {
      "app.kubernetes.io/managed-by": "labctl",
      "labctl.dev/lab": "nginx-deployment",
      "labctl.dev/namespace": "lab-nginx-deployment",
    };
    world.kube.add(
      { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "own", labels } },
      { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "foreign" } },
    );
    const { exitCode } = await world.run("reset", "nginx-deployment");
    expect(exitCode).toBe(0);
    expect(world.kube.writes).toContain("remove PersistentVolume /own");
    expect(world.kube.writes).not.toContain("remove PersistentVolume /foreign");
    expect(await readLabState(world.kube, "lab-nginx-deployment")).toBeDefined();
  });
});
