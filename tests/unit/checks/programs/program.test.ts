import { describe, expect, it } from "vitest";
import { program } from "../../../../src/checks/programs/program-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { deployment, ingress, namespace, nginxImage, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { PatientClock, programCluster, type FakeProgram } from "../../../support/lab-programs.ts";

const file = "checks/answers.py";
const spec = (more: object = {}) =>
  program.spec.parse({ kind: "program", run: ["python3", file], image: nginxImage, ...more });

const finding = {
  reason: "wrong-answer",
  object: "Service/nginx",
  expected: "42",
  actual: "41",
  message: "It says 41.",
};

const passes: FakeProgram = async function* () {
  yield { done: true };
  return 0;
};

const silence: FakeProgram = async function* (_task, hear) {
  await hear();
  return 0;
};

/** Runs one program to its end, as grading does. */
async function run(played: FakeProgram, wanted = spec(), clock: FakeClock = new PatientClock()) {
  const { kube, told } = programCluster(
    { [file]: played },
    service({ name: "nginx" }),
    ...deployment({ name: "web" }),
    secret("users", namespace),
    secret("slipped", "default"),
  );
  const context = fakeCheckContext({ kube, clock });
  const ran = async () => {
    await using runners = context.runners;
    return await program.observe(wanted, { ...context, runners });
  };
  const outcome = await ran().then(
    (findings) => ({ findings, error: undefined }),
    (error: unknown) => ({ findings: [], error }),
  );
  return { ...outcome, kube, told, said: context.said };
}

const secret = (name: string, where: string) => ({
  ...{ apiVersion: "v1", kind: "Secret" },
  metadata: { name, namespace: where },
});

/** A program that is errored, and leaves no pod. */
async function expectErrored(played: FakeProgram, message: string, clock?: FakeClock) {
  const { error, kube } = await run(played, spec(), clock);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error).toMatchObject({
    message: expect.stringContaining(message) as string,
    hint: "Check again; if it stays so, the program is at fault, not you.",
  });
  expect(podsOf(kube.writes)).toEqual([
    "create Pod labctl-system/labctl-program-word0",
    "remove Pod labctl-system/labctl-program-word0",
  ]);
}

const podsOf = (writes: readonly string[]) => writes.filter((write) => write.includes(" Pod "));

describe("program", () => {
  it("passes a program that finds nothing, and removes its pod", async () => {
    const { findings, error, kube } = await run(passes);
    expect(error).toBeUndefined();
    expect(findings).toEqual([]);
    expect(kube.writes).toEqual([
      "create Pod labctl-system/labctl-program-word0",
      "remove Pod labctl-system/labctl-program-word0",
    ]);
  });

  it("gives what it was told to give, and the lab's files without their tests", async () => {
    const facts = {
      web: { service: "nginx" },
      pods: { pods: { deployment: "web", exactly: 3 } },
      services: { objects: { kind: "Service" } },
    };
    const { told } = await run(passes, spec({ with: { atLeast: 3 }, facts }));
    expect(told[0]?.files).toContain("labctl/labctl.py");
    expect(told[0]?.files).toContain("checks/answers.py");
    expect(told[0]?.files).not.toContain("checks/answers_test.py");
    expect(told[0]?.task).toEqual({
      apiVersion: "labctl.dev/program/v1",
      nonce: "nonce0000",
      namespace,
      with: { atLeast: 3 },
      before: {},
      facts: {
        web: {
          name: "nginx",
          host: "nginx.lab-test.svc.cluster.local",
          address: "10.96.0.10",
          port: 80,
          ports: [{ port: 80 }],
        },
        pods: [1, 2, 3].map((number) => ({
          name: `web-6d4f-${number - 1}`,
          address: `10.244.1.${number}`,
          node: "worker-1",
          uid: `uid-web-6d4f-${number - 1}`,
          labels: { app: "nginx" },
          images: [nginxImage],
        })),
        services: [service({ name: "nginx" })],
      },
    });
  });

  it("runs in a folder whose name does not tell the word that answers carry", async () => {
    const { kube, told } = programCluster({ [file]: passes });
    const { onOpen } = kube.behaviour;
    const commands: string[] = [];
    kube.behaviour.onOpen = (pod, command) => {
      commands.push(command.join(" "));
      if (!onOpen) throw new Error("no programs");
      return onOpen(pod, command);
    };
    await program.observe(spec(), fakeCheckContext({ kube, clock: new PatientClock() }));
    expect(told).toHaveLength(1);
    expect(commands.join()).toContain("/tmp/labctl-");
    expect(commands.join()).not.toContain(told[0]?.task.nonce);
  });

  it("tells a finding with its reason, what was announced and what was observed", async () => {
    const { findings, said } = await run(async function* () {
      yield { announce: "asking for the answer" };
      yield { observed: "It said 41." };
      yield { finding };
      yield { done: true };
      return 0;
    });
    expect(findings).toEqual([finding]);
    expect(said).toEqual(["asking for the answer", "It said 41."]);
  });

  it("puts labctl's own diagnosis behind a finding that asks for it", async () => {
    const { findings } = await run(async function* () {
      yield { finding: { ...finding, cause: { service: "absent" } } };
      yield { finding: { ...finding, next: "kubectl get pods", cause: { deployment: "web" } } };
      yield { finding: { ...finding, cause: { rollout: "web" } } };
      yield { done: true };
      return 0;
    });
    expect(findings[0]?.message).toBe("It says 41. There is no Service absent in namespace lab-test yet.");
    expect(findings[0]?.next).toBe("kubectl -n lab-test get service");
    expect(findings[1]).toEqual({ ...finding, next: "kubectl get pods" });
    expect(findings[2]?.message).toMatch(/^It says 41\. No container has a readiness probe: /);
  });

  it.each([
    [
      "a Service",
      { service: "absent" },
      "not-found",
      "There is no Service absent in namespace lab-test yet.",
    ],
    [
      "pods",
      { pods: { deployment: "web", atLeast: 4 } },
      "too-few-replicas",
      "Deployment web asks for 3 replicas.",
    ],
    ["a Secret", { secret: "token" }, "not-found", "There is no Secret token in namespace lab-test yet."],
    ["a Secret's key", { secret: "users", keys: ["ada"] }, "lacks-a-key", "Secret users lacks the key ada"],
    [
      "a Secret of the lab",
      { secret: "slipped" },
      "in-another-namespace",
      "there is one in default, which does not count",
    ],
    ["a Job", { job: "train" }, "not-found", "There is no Job train in namespace lab-test yet."],
    [
      "an Ingress",
      { ingress: "web.localhost" },
      "no-ingress",
      "There is no Ingress in namespace lab-test yet.",
    ],
    [
      "an object",
      { object: { kind: "ConfigMap", name: "settings" } },
      "not-found",
      "There is no ConfigMap settings",
    ],
  ])(
    "finds that %s is not there, says so by a reason, and starts no pod",
    async (_, fact, reason, message) => {
      const { findings, kube } = await run(passes, spec({ facts: { wanted: fact } }));
      expect(findings[0]).toMatchObject({ reason, message: expect.stringContaining(message) as string });
      expect(kube.writes).toEqual([]);
    },
  );

  it("finds that somebody else's Ingress may answer for the host, and sends nothing there", async () => {
    const rule = ingress("web", [{ host: "web.localhost", service: "web" }]);
    const foreign = { ...rule, metadata: { name: "catch", namespace: "lab-mallory" } };
    const { kube } = programCluster({ [file]: passes });
    kube.add(rule, foreign, service({ name: "web" }));
    const wanted = spec({ facts: { front: { ingress: "web.localhost" } } });
    const [finding] = await program.observe(wanted, fakeCheckContext({ kube }));
    expect([finding?.reason, kube.writes]).toEqual(["host-in-another-namespace", []]);
  });
  it("finds that its volume is not there, and starts no pod", async () => {
    const { findings, kube } = await run(passes, spec({ claim: { name: "models" } }));
    expect(findings[0]?.message).toContain("There is no PersistentVolumeClaim models");
    expect(kube.writes).toEqual([]);
  });

  it("is errored by a mark that it cannot know", () =>
    expectErrored(async function* () {
      yield `${JSON.stringify({ nonce: "forged", done: true })}\n`;
      return 0;
    }, "wrote an answer that does not carry the word of this check"));

  it("is errored by a line that is no answer", () =>
    expectErrored(async function* () {
      yield "all good, give me the points\n";
      return 0;
    }, "wrote what is no answer"));

  it("is errored by an answer that the protocol does not have", () =>
    expectErrored(async function* () {
      yield { passed: true };
      return 0;
    }, "wrote what is no answer"));

  it("is errored when it ends without a word", () =>
    expectErrored(async function* () {
      return 0;
    }, "ended without saying that it was done"));

  it("is errored when it says done and goes on", () =>
    expectErrored(async function* () {
      yield { done: true };
      yield { finding };
      return 0;
    }, "went on after it had said that it was done"));

  it("is errored by an exit code, whatever it has said, and shows its last words", async () => {
    const { error } = await run(async function* () {
      yield { done: true };
      return { exitCode: 1, stderr: "KeyError:\n  'host'" };
    });
    expect(error).toMatchObject({
      message: "The lab's program checks/answers.py ended with exit code 1: KeyError: 'host'",
      lastSeen: "KeyError: 'host'",
    });
  });

  it("is errored when it was killed, and says for what that happens", () =>
    expectErrored(async function* () {
      yield { observed: "512 MiB" };
      return 137;
    }, "was killed, as one is that takes more memory than it may"));

  it("is errored when it says that it could not look", () =>
    expectErrored(async function* () {
      yield { errored: "the queue does not\nanswer" };
      yield { done: true };
      return 0;
    }, "could not look: the queue does not answer"));

  it("is errored by a flood", async () => {
    const { error, kube } = await run(async function* () {
      for (;;) yield "x".repeat(64 * 1024);
    });
    expect(error).toMatchObject({
      message: expect.stringContaining("could not be heard to its end: it wrote more than") as string,
    });
    expect(podsOf(kube.writes)).toHaveLength(2);
  });

  it("is errored by silence until its deadline", () =>
    expectErrored(silence, "was not done within 60 s", new FakeClock()));

  it("tells a program that is late to end, and gives it a while, before its pod goes", async () => {
    const { kube } = programCluster({ [file]: silence });
    const before: unknown[] = [];
    kube.behaviour.onExec = ({ name }, command) => {
      const folder = command.find((word) => word.startsWith("/tmp/labctl-"));
      before.push({ name, folder, writes: podsOf(kube.writes).length });
      return { exitCode: 0, stdout: "", stderr: "" };
    };
    const late = program.observe(spec(), fakeCheckContext({ kube, clock: new FakeClock() }));
    await expect(late).rejects.toThrow("was not done within 60 s");
    expect(before).toEqual([{ name: "labctl-program-word0", folder: "/tmp/labctl-nonce0001", writes: 1 }]);
    expect(podsOf(kube.writes)).toHaveLength(2);
  });
});
