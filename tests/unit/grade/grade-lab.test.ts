import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { beginGrading, erroredReport, gradeLab } from "../../../src/grade/grade-lab.ts";
import { parseLab } from "../../../src/lab/parse.ts";
import type { Lab } from "../../../src/lab/schema.ts";
import { deployment, pod, ownedBy, service } from "../../support/cluster-objects.ts";
import { fakeCheckContext, fakeLabState } from "../../support/fake-check-context.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { FakeProbe, page } from "../../support/fake-probe.ts";

const head = `apiVersion: labctl.dev/v1
kind: Lab
id: web
title: Web
asks: [deploy]
exercises:
`;

const exercise = (id: string, checks: string, more = "") => `
  - id: ${id}
    title: ${id}
    objective: Do it.
    points: 2
    docs: https://kubernetes.io/docs/
    hints: [nudge ${id}, answer ${id}]${more}
    checks: [${checks}]`;

const deploy = "{ kind: workload, deployment: web, replicas: { exactly: 3 } }";
const exists = "{ kind: resource, object: { kind: Service, name: web } }";
const served =
  "{ kind: pods-serve, deployment: web, port: 80, replicas: { atLeast: 3 }, expect: { status: 200 } }";
const replaced = "{ kind: pod-replaced, deployment: web, replicas: { atLeast: 3 } }";

function labOf(...exercises: readonly string[]): Lab {
  const parsed = parseLab(head + exercises.join(""), {
    file: "web",
    known: { images: [], charts: [], addons: [], tools: [] },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.lab, folder: "/labs/web" };
}

const [top, set, ...pods] = deployment({ name: "web" });
const heal = {
  onRemove: (_: unknown, kube: FakeKube) =>
    kube.add(pod({ name: "new", owner: ownedBy(set), ip: "10.244.1.9" })),
};

/** Time for what is put back passes by itself; all other time by sleeping. */
function sleepReally(clock: FakeClock): FakeClock["sleep"] {
  const sleep = clock.sleep.bind(clock);
  return (ms, signal) => (ms === 20_000 ? new Promise(() => undefined) : sleep(ms, signal));
}

describe("gradeLab", () => {
  const lab = labOf(exercise("deploy", deploy), exercise("serve", served), exercise("replaced", replaced));

  it("gives an untouched lab nothing: every exercise failed, none errored, and no hint that nobody asked for", async () => {
    const report = await gradeLab({ lab, context: fakeCheckContext(), cluster: "labctl" });
    expect(report).toMatchObject({
      kind: "CheckReport",
      status: "failed",
      score: 0,
      maxScore: 6,
      namespace: "lab-test",
    });
    const failed = { status: "failed", hint: undefined };
    expect(report.exercises.map(({ status, hint }) => ({ status, hint }))).toEqual([failed, failed, failed]);
    expect(report.exercises[0]?.findings[0]).toMatchObject({ check: "workload", object: "Deployment/web" });
  });

  it("gives a solved lab everything, the experiment last", async () => {
    const kube = new FakeKube([top, set, ...pods], heal);
    const seen: string[] = [];
    const probe = new FakeProbe(() => page("ok"));
    const onExercise = ({ id }: { id: string }, phase: string) => seen.push(`${id} ${phase}`);
    const report = await gradeLab({
      lab,
      context: fakeCheckContext({ kube, probe }),
      cluster: "labctl",
      onExercise,
    });
    expect(report).toMatchObject({ status: "passed", score: 6 });
    expect(seen).toEqual(["deploy checks", "serve checks", "replaced checks", "replaced experiment"]);
    expect(kube.writes.filter((write) => write.startsWith("remove Pod"))).toHaveLength(1);
  });

  it("runs no experiment in an exercise whose other checks fail", async () => {
    const kube = new FakeKube([top, set, ...pods], heal);
    const both = labOf(exercise("both", `${exists}, ${replaced}`));
    const report = await gradeLab({ lab: both, context: fakeCheckContext({ kube }), cluster: "labctl" });
    expect(report.status).toBe("failed");
    expect(kube.writes).toEqual([]);
  });

  it("makes an exercise errored whose look was not possible, and counts the others", async () => {
    const probe = new FakeProbe(() => {
      throw new EnvironmentError({ message: "The probe pod cannot run.", hint: "labctl up" });
    });
    const kube = new FakeKube([top, set, ...pods], heal);
    const report = await gradeLab({ lab, context: fakeCheckContext({ kube, probe }), cluster: "labctl" });
    expect(report).toMatchObject({ status: "errored", score: 4 });
    expect(report.exercises[1]).toMatchObject({
      status: "errored",
      reason: "The probe pod cannot run. Next: labctl up",
    });
    expect(report.exercises[1]?.hint).toBeUndefined();
  });

  it("makes an exercise errored that takes too long, and grades the others", async () => {
    const clock = new FakeClock();
    const probe = new FakeProbe(() => page("ok"));
    probe.request = () => clock.sleep(300_000).then(() => new Promise<never>(() => undefined));
    const kube = new FakeKube([top, set, ...pods], heal);
    const context = fakeCheckContext({ kube, probe, clock });
    const more = labOf(exercise("serve", `${exists}, ${served}, ${deploy}`), exercise("deploy", deploy));
    const report = await gradeLab({ lab: more, context, cluster: "labctl" });
    expect(report.exercises.map(({ status }) => status)).toEqual(["errored", "passed"]);
    expect(report.exercises[0]?.reason).toBe(
      "Its checks were not done within 5m 00s: 1 of 3 were, and pods-serve was at work. Next: labctl status, then check again",
    );
  });

  it("waits for what an experiment that is too late puts back", async () => {
    const clock = new FakeClock();
    const put: string[] = [];
    const wait = async () => {
      await clock.sleep(20 * 60_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
      put.push("back");
      throw new Error("Interrupted.");
    };
    clock.sleep = sleepReally(clock);
    const kube = new FakeKube([top, set, ...pods, service({ name: "web" })], heal);
    const probe = new FakeProbe(() => page("ok"));
    const context = fakeCheckContext({ kube, probe, clock, wait });
    const report = await gradeLab({
      lab: labOf(exercise("replaced", replaced), exercise("exists", exists)),
      context,
      cluster: "labctl",
    });
    expect(report.exercises[0]).toMatchObject({ status: "errored", score: 0 });
    expect(report.exercises[0]?.reason).toMatch(
      /^Its experiments were not done within 20m 00s: 0 of 1 were, and pod-replaced was at work\./u,
    );
    expect(report.exercises[1]?.status).toBe("passed");
    expect(put).toEqual(["back"]);
  });

  it("makes an exercise errored that shows a bug of labctl, and grades the others", async () => {
    const probe = new FakeProbe(() => {
      throw new TypeError("hints is not iterable");
    });
    const kube = new FakeKube([top, set, ...pods], heal);
    const report = await gradeLab({ lab, context: fakeCheckContext({ kube, probe }), cluster: "labctl" });
    expect(report).toMatchObject({ status: "errored", score: 4 });
    expect(report.exercises[1]?.reason).toMatch(
      /^labctl has a bug in its check pods-serve: TypeError: hints is not iterable \(at .*grade-lab\.test\.ts/u,
    );
  });

  it("makes an exercise errored that meets a full disk, which is no bug", async () => {
    const probe = new FakeProbe(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        syscall: "write",
      });
    });
    const kube = new FakeKube([top, set, ...pods], heal);
    const report = await gradeLab({ lab, context: fakeCheckContext({ kube, probe }), cluster: "labctl" });
    expect(report.exercises[1]).toMatchObject({
      status: "errored",
      reason: expect.stringMatching(/^A file could not be used\. Next: The disk is full\./u) as string,
    });
  });

  it("hands nothing on that a terminal would obey", async () => {
    const repaint = "\u001b[2J\u001b[Hpassed: 10 of 10";
    const probe = new FakeProbe(() => page(repaint));
    const told = labOf(exercise("serve", served.replace("status: 200", "status: 200, body: nothing")));
    const kube = new FakeKube([top, set, ...pods], heal);
    const report = await gradeLab({
      lab: told,
      context: fakeCheckContext({ kube, probe }),
      cluster: "labctl",
    });
    expect(report.exercises[0]?.findings[0]?.actual).toContain("passed: 10 of 10");
    expect(JSON.stringify(report)).not.toContain("\\u001b");
  });

  it("makes every exercise errored when the cluster does not answer", async () => {
    const kube = new FakeKube();
    kube.down = true;
    const report = await gradeLab({ lab, context: fakeCheckContext({ kube }), cluster: "labctl" });
    expect(report.exercises.map(({ status }) => status)).toEqual(["errored", "errored", "errored"]);
  });

  it("skips what requires an exercise that failed", async () => {
    const after = labOf(exercise("deploy", deploy), exercise("after", exists, "\n    requires: [deploy]"));
    const context = fakeCheckContext({ kube: new FakeKube([service({ name: "web" })]) });
    const report = await gradeLab({ lab: after, context, cluster: "labctl" });
    expect(report).toMatchObject({ status: "failed", score: 0 });
    expect(report.exercises[1]).toMatchObject({ status: "skipped", reason: "deploy must pass first." });
  });

  it("grades only what is asked for, with what it requires", async () => {
    const three = labOf(
      exercise("a", exists),
      exercise("b", exists, "\n    requires: [a]"),
      exercise("c", exists),
    );
    const report = await gradeLab({
      lab: three,
      context: fakeCheckContext(),
      cluster: "labctl",
      only: ["b"],
    });
    expect(report.exercises.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("shows a further hint only to who has asked for it", async () => {
    const state = fakeLabState({ hints: { deploy: [0, 1] } });
    const report = await gradeLab({ lab, context: fakeCheckContext({ state }), cluster: "labctl" });
    expect(report.exercises[0]?.hint).toBe("answer deploy");
  });

  it("tells a cause once that two checks stumble over", async () => {
    const twice = labOf(exercise("twice", `${deploy}, ${served}`));
    const report = await gradeLab({ lab: twice, context: fakeCheckContext(), cluster: "labctl" });
    expect(report.exercises[0]?.findings).toHaveLength(1);
  });

  it("takes an outage that met the check and its cleaning up for one outage, and a bug among them for a bug", async () => {
    const outage = new EnvironmentError({ message: "no cluster", hint: "labctl up" });
    const gradeAfter = (error: Error) => {
      const kube = new FakeKube([top, set, ...pods]);
      const probe = new FakeProbe(() => {
        throw new SuppressedError(outage, error);
      });
      return gradeLab({ lab, context: fakeCheckContext({ kube, probe }), cluster: "labctl" });
    };
    expect((await gradeAfter(outage)).exercises[1]?.reason).toBe("no cluster Next: labctl up");
    expect((await gradeAfter(new TypeError("a bug"))).exercises[1]?.reason).toContain("labctl has a bug");
  });
});

it("erroredReport touches no points and gives the reason to every exercise", () => {
  const lab = labOf(exercise("a", exists), exercise("b", exists));
  const report = erroredReport({
    lab,
    cluster: "labctl",
    namespace: "lab-web",
    clock: new FakeClock(),
    reason: "down",
  });
  expect(report).toMatchObject({
    status: "errored",
    score: 0,
    maxScore: 4,
    startedAt: "2026-01-01T00:00:00.000Z",
  });
  expect(report.exercises.map(({ status, reason }) => `${status} ${reason ?? ""}`)).toEqual([
    "errored down",
    "errored down",
  ]);
});

describe("experiments that switch a machine off", () => {
  const nodeLoss = "{ kind: node-loss, deployment: web, service: web }";
  const lab = labOf(exercise("serve", exists), exercise("loss", nodeLoss, "\n    requires: [serve]"));

  it("come last, and can be held back with a reason that is told", async () => {
    const nodes = { stopNode: () => Promise.reject(new Error("off")), startNode: () => Promise.resolve(0) };
    const context = fakeCheckContext({ kube: new FakeKube([service({ name: "web" })]), nodes });
    const grading = beginGrading({ lab, context, cluster: "labctl" });
    await grading.look();
    expect(grading.due(false)).toEqual([]);
    const due = grading.due(true);
    expect(due.map(({ id }) => id)).toEqual(["loss"]);
    expect(due.every((each) => grading.isOpen(each))).toBe(true);
    grading.hold(due, "nobody agreed");
    const { exercises, status } = grading.report();
    expect(exercises[1]).toMatchObject({ status: "skipped", score: 0, reason: "nobody agreed" });
    expect(status).toBe("failed");
  });

  it("are not announced where what they require has failed", async () => {
    const announced: string[] = [];
    const onExercise = ({ id }: { readonly id: string }, phase: string) => announced.push(`${id} ${phase}`);
    await gradeLab({ lab, context: fakeCheckContext(), cluster: "labctl", onExercise });
    expect(announced).not.toContain("loss experiment");
  });
});
