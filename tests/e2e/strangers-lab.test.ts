import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Verification } from "../../src/lifecycle/verify-labs.ts";
import { runLabctl, runLabctlAloud } from "../support/run-labctl.ts";

const given = join(import.meta.dirname, "..", "fixtures", "labs", "91-message-queue");
let labs: string;
let proofs: readonly Verification[] = [];

// Somebody else's labs, in a folder of their own, proven side by side.
beforeAll(async () => {
  labs = await mkdtemp(join(tmpdir(), "labctl-labs-"));
  vi.stubEnv("LABCTL_LABS", labs);
  await cp(given, join(labs, "91-message-queue"), { recursive: true });
  const made = await runLabctl("new", "lab", "fresh");
  expect(made.exitCode, made.stderr).toBe(0);
  const { stdout, stderr } = await runLabctlAloud("verify", "--all", "--cases", "--run-texts", "-o", "json");
  expect(stdout, stderr.slice(-2000)).toMatch(/^\[/);
  proofs = JSON.parse(stdout) as readonly Verification[];
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(labs, { recursive: true });
});

test("a lab of an application that labctl has never heard of proves itself, with its cases", () => {
  expect(proofs.find(({ lab }) => lab === "message-queue")).toMatchObject({
    problems: [],
    wrongRefused: { good: 4, of: 4 },
    rightAccepted: { good: 1, of: 1 },
  });
});

test("a lab that labctl new lab has just made proves itself", () => {
  expect(proofs.find(({ lab }) => lab === "fresh")).toMatchObject({
    problems: [],
    wrongRefused: { good: 1, of: 1 },
    rightAccepted: { good: 1, of: 1 },
    text: { blocks: 1, problems: [] },
  });
});
