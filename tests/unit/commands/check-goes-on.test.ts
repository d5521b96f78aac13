import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../../../src/deps.ts";
import { EnvironmentError } from "../../../src/errors.ts";
import { main } from "../../../src/main.ts";
import { recordPushedImages } from "../../../src/records/pushed-images.ts";
import { putLabState } from "../../../src/records/state.ts";
import type { CheckReport } from "../../../src/report/result.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
import { fakeLabState } from "../../support/fake-check-context.ts";
import { FakeWorld } from "../../support/fake-world.ts";
import { PatientClock, playPrograms } from "../../support/lab-programs.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

test("a lab that cannot be checked is errored, and takes no other's report along", async () => {
  await world.run("start", "nginx-deployment");
  world.streams.out.text = "";
  await putLabState(world.kube, fakeLabState({ lab: "jobs", namespace: "lab-services" }));
  const exclusive: Deps["exclusive"] = (work, subject) =>
    subject === "lab-ingress" ? Promise.reject(new TypeError("it is broken")) : work();
  const argv = ["check", "nginx-deployment", "services", "ingress", "-o", "json"];
  expect(await main(argv, { ...world.deps(), exclusive })).toBe(3);
  const { items } = JSON.parse(world.streams.out.text) as { items: Record<string, unknown>[] };
  expect(items.map(({ status }) => status)).toEqual(["failed", "errored", "errored"]);
  expect(items[1]).toMatchObject({
    exercises: [
      { reason: expect.stringContaining("has lab jobs, not services. Next: Leave -n out") as string },
      {},
      {},
      {},
    ],
  });
  expect(items[2]).toMatchObject({
    exercises: [
      { reason: expect.stringContaining("labctl has a bug: TypeError: it is broken") as string },
      {},
      {},
      {},
    ],
  });
  expect(await main(["check", "ingress"], { ...world.deps(), exclusive })).toBe(70);
  expect((await world.run("check", "services")).exitCode).toBe(2);
});

test("what was seen stands, though labctl's own pod could not be removed", async () => {
  await useDemoLab(world);
  const folder = join(world.project, "labs", "01-demo");
  const program = "      - { kind: program, run: [sh, checks/ok.sh], image: localhost:5001/nginx:1.22.1 }\n";
  await mkdir(join(folder, "checks"));
  await writeFile(join(folder, "checks", "ok.sh"), "");
  await writeFile(join(folder, "lab.yaml"), (await readFile(join(folder, "lab.yaml"), "utf8")) + program);
  await world.run("start", "demo");
  await recordPushedImages(world.kube, [{ reference: "localhost:5001/nginx:1.22.1", digest: "sha256:1" }]);
  playPrograms(world.kube, {
    async *"checks/ok.sh"() {
      yield await Promise.resolve({ done: true });
      return 0;
    },
  });
  const answer = { name: "answer", namespace: "lab-demo" };
  world.kube.add({ apiVersion: "v1", kind: "ConfigMap", metadata: answer, data: { value: "42" } });
  const remove = world.kube.remove.bind(world.kube);
  world.kube.remove = (ref) =>
    ref.kind === "Pod"
      ? Promise.reject(new EnvironmentError({ message: "It is refused.", hint: "labctl status" }))
      : remove(ref);
  world.streams.out.text = "";
  const exitCode = await main(["check", "demo", "-o", "json"], {
    ...world.deps(),
    clock: new PatientClock(),
  });
  const report = JSON.parse(world.streams.out.text) as CheckReport;
  expect({ exitCode, score: report.score }).toEqual({ exitCode: 0, score: 2 });
  expect(report.notice).toContain("the next check removes it: It is refused. Next: labctl status");
});
