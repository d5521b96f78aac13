import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Verification } from "../../src/lifecycle/verify-labs.ts";
import { runLabctlAloud } from "../support/run-labctl.ts";

vi.stubEnv("LABCTL_LABS", join(import.meta.dirname, "..", "fixtures", "labs"));

afterAll(() => vi.unstubAllEnvs());

test("a lab of an application that labctl has never heard of proves itself, with its cases", async () => {
  const { exitCode, stdout, stderr } = await runLabctlAloud(
    "verify",
    "message-queue",
    "--cases",
    "-o",
    "json",
  );
  expect(exitCode, stderr.slice(-2000)).toBe(0);
  const [proof] = JSON.parse(stdout) as readonly Verification[];
  expect(proof).toMatchObject({
    lab: "message-queue",
    problems: [],
    wrongRefused: { good: 4, of: 4 },
    rightAccepted: { good: 1, of: 1 },
  });
});
