/**
 * Whatever ends labctl in the middle of a disturbance: the student's objects are afterwards what they were, and the
 * next check says what the one before said. One that stops a node is in tests/long.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startInterruptedLab,
  type Checked,
  type InterruptedLab,
  type Standing,
} from "../support/interrupted-lab.ts";
import type { LabctlRun } from "../support/run-labctl.ts";
import { stopApiServer, untilApiServerAnswers } from "../support/stop-api-server.ts";

const disturbances = ["delete", "roll", "restart"] as const;
type Exercise = (typeof disturbances)[number];

interface Ended {
  readonly before: Standing;
  /** The check that was ended. */
  readonly ended: LabctlRun;
  /** As it was when that had ended. */
  readonly then: Standing;
  readonly next: Checked;
}

let lab: InterruptedLab;

beforeAll(async () => {
  lab = await startInterruptedLab(disturbances);
  for (const { run, report } of await Promise.all(disturbances.map((exercise) => lab.check(exercise))))
    expect(report.status, run.stdout).toBe("passed");
});

afterAll(() => lab.remove());

/** Meets one check of each in its middle, side by side. @param outage what happens once all are there, and how that ends. */
async function meetAll(
  signal: NodeJS.Signals,
  outage?: { readonly begins: () => Promise<void>; readonly ends: () => Promise<void> },
): Promise<ReadonlyMap<Exercise, Ended>> {
  const met = await Promise.all(
    disturbances.map(async (exercise) => {
      const before = await lab.standing(exercise);
      const running = lab.begin(exercise);
      await lab.untilDisturbed(exercise, running, before);
      running.kill(signal);
      return { exercise, before, running };
    }),
  );
  await outage?.begins();
  if (outage) for (const { running } of met) running.kill("SIGCONT");
  const runs = await Promise.all(met.map(({ running }) => running.ended));
  await outage?.ends();
  const all = met.map(async ({ exercise, before }, index): Promise<[Exercise, Ended]> => {
    const ended = runs[index];
    if (!ended) throw new Error("as many runs as were met");
    const then = await lab.standing(exercise);
    return [exercise, { before, ended, then, next: await lab.check(exercise) }];
  });
  return new Map(await Promise.all(all));
}

/** What holds for each of them, however it was ended. */
async function expectAsBefore(exercise: Exercise, met: ReadonlyMap<Exercise, Ended>): Promise<Ended> {
  const one = met.get(exercise);
  if (!one) throw new Error(`${exercise} was not met`);
  expect(one.next.report.status, one.next.run.stdout + one.next.run.stderr).toBe("passed");
  await expect.poll(() => lab.standing(exercise), { timeout: 60_000 }).toEqual(one.before);
  await expect.poll(() => lab.left(exercise), { timeout: 60_000 }).toEqual([]);
  return one;
}

describe("SIGKILL in the middle of a disturbance", () => {
  let met: ReadonlyMap<Exercise, Ended>;
  beforeAll(async () => {
    met = await meetAll("SIGKILL");
  });

  test.each(disturbances)(
    "%s: the next check puts it back, and says what the one before said",
    async (exercise) => {
      const { ended, next } = await expectAsBefore(exercise, met);
      expect(ended.exitCode).toBe(137);
      expect(next.run.stderr).toContain("An experiment was interrupted: putting back ");
    },
  );
});

describe("Ctrl-C in the middle of a disturbance", () => {
  let met: ReadonlyMap<Exercise, Ended>;
  beforeAll(async () => {
    met = await meetAll("SIGINT");
  });

  test.each(disturbances)(
    "%s: it is put back at once, and the next check says what the one before said",
    async (exercise) => {
      const { before, ended, then } = await expectAsBefore(exercise, met);
      expect(ended.exitCode, ended.stderr).toBe(130);
      expect(then.template).toEqual(before.template);
    },
  );
});

describe("an API server that is stopped in the middle of a disturbance", () => {
  let met: ReadonlyMap<Exercise, Ended>;
  // Each is held in its middle, so that one outage meets them all: it meets everybody else on the cluster, too.
  beforeAll(async () => {
    met = await meetAll("SIGSTOP", {
      begins: () => stopApiServer(lab),
      ends: () => untilApiServerAnswers(lab),
    });
  });

  test.each(disturbances)(
    "%s: it is errored, and the next check puts it back and says what the one before said",
    async (exercise) => {
      const { ended } = await expectAsBefore(exercise, met);
      expect(ended.exitCode, ended.stderr).toBe(3);
      expect(JSON.parse(ended.stdout)).toMatchObject({ status: "errored" });
    },
  );
});
