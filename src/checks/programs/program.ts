import type { CheckContext, CheckFinding } from "../check.ts";
import type { Spec } from "./program-spec.ts";
import { runProgram } from "./run-program.ts";

export async function observe(wanted: Spec, context: CheckContext): Promise<readonly CheckFinding[]> {
  return (await runProgram(wanted, context, context.told)).findings;
}
