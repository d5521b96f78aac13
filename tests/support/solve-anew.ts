import { expect } from "vitest";
import { runLabctl } from "./run-labctl.ts";

/** Begins a lab anew, whatever a run before left of it, and solves it. */
export async function solveAnew(lab: string): Promise<void> {
  for (const verb of ["reset", "solve"]) {
    const { exitCode, stderr } = await runLabctl(verb, lab);
    expect(exitCode, stderr).toBe(0);
  }
}
