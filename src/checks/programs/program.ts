import type { ActContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import type { Spec } from "./program-spec.ts";
import { runProgram } from "../../programs/run-program.ts";

export async function observe(wanted: Spec, context: ActContext): Promise<readonly CheckFinding[]> {
  return (await runProgram(wanted, context, context.told)).findings;
}
