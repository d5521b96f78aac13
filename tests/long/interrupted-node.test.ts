/** As tests/e2e/interrupted.test.ts, of an experiment that stops a node: minutes each, since a node is lost and comes back slowly. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startInterruptedLab, type InterruptedLab } from "../support/interrupted-lab.ts";
import { stopApiServer, untilApiServerAnswers } from "../support/stop-api-server.ts";

const exercise = "stop-node";
let lab: InterruptedLab;

beforeAll(async () => {
  lab = await startInterruptedLab([exercise]);
  const web = { kind: "Deployment", namespace: lab.namespaceOf(exercise), name: "web" } as const;
  await lab.kube.patch(web, { spec: { replicas: 2 } });
  const { run, report } = await lab.check(exercise);
  expect(report.status, run.stdout).toBe("passed");
});

afterAll(() => lab.remove());

const nothing = (): Promise<void> => Promise.resolve();

test.each([
  { ending: "SIGKILL", signal: "SIGKILL", exitCode: 137, begins: nothing },
  { ending: "Ctrl-C", signal: "SIGINT", exitCode: 130, begins: nothing },
  { ending: "a stopped API server", signal: "SIGSTOP", exitCode: 3, begins: () => stopApiServer(lab) },
] as const)(
  "$ending while a node is stopped: it is started again, and the next check says what the one before said",
  async ({ signal, exitCode, begins }) => {
    const before = await lab.standing(exercise);
    const running = lab.begin(exercise);
    await lab.untilDisturbed(exercise, running, before);
    running.kill(signal);
    await begins();
    running.kill("SIGCONT");
    const ended = await running.ended;
    expect(ended.exitCode, ended.stderr).toBe(exitCode);
    await untilApiServerAnswers(lab);
    const { run, report } = await lab.check(exercise);
    expect(report.status, run.stdout + run.stderr).toBe("passed");
    await expect.poll(() => lab.standing(exercise), { timeout: 60_000 }).toEqual(before);
    expect(await lab.left(exercise)).toEqual([]);
    await expect.poll(unreadyNodes, { timeout: 180_000 }).toEqual([]);
  },
);

async function unreadyNodes(): Promise<readonly string[]> {
  const nodes = await lab.kube.list("Node");
  const isReady = ({ status }: (typeof nodes)[number]): boolean =>
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
  return nodes.filter((node) => !isReady(node)).map(({ metadata }) => metadata.name);
}
