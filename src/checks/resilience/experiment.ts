import { awaitSteadyPods } from "../../disturb/at-rest.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding, Found } from "../../look/look.ts";
import { observeLook, type LookSpec } from "../looks.ts";
import type { Values } from "../../programs/answers.ts";
import type { ProgramSpec } from "../../programs/program-fields.ts";
import { runProgram, type Ran } from "../../programs/run-program.ts";
import { deploymentsOf, type Spec } from "./experiment-spec.ts";
import { alone, alongside, underTraffic, type Tried, type Trying } from "./meanwhile.ts";
import { requireSteadyPods } from "./steady.ts";

/** What is found before anything is disturbed leaves it undisturbed; what is found then is not looked behind. */
export async function observe(wanted: Spec, context: DisturbContext): Promise<readonly CheckFinding[]> {
  const found = await requireSteady(wanted, context);
  if (!found.ok) return found.findings;
  const before = await runInTurn(wanted.before, context);
  if (before.findings.length > 0) return before.findings;
  const { findings, values, done } = await disturb(wanted, {
    context,
    steps: wanted.do,
    told: before.values,
    steady: () => requireSteady(wanted, context),
    rest: () => awaitSteady(wanted, context),
  });
  if (findings.length > 0) return findings;
  return lookAt(wanted.then, { ...context, told: { ...values, done } });
}

function disturb({ while: meanwhile }: Spec, trying: Trying): Promise<Tried> {
  if (!meanwhile) return alone(trying);
  if ("traffic" in meanwhile) return underTraffic(trying, meanwhile.traffic);
  return alongside(trying, meanwhile.program);
}

/** Nothing that is not at rest is disturbed: why it is not is the finding. */
async function requireSteady(wanted: Spec, context: DisturbContext): Promise<Found<object>> {
  for (const name of deploymentsOf(wanted)) {
    const found = await requireSteadyPods(context, name);
    if (!found.ok) return found;
  }
  return { ok: true };
}

async function awaitSteady(wanted: Spec, context: DisturbContext): Promise<void> {
  for (const name of deploymentsOf(wanted)) await awaitSteadyPods(context, name);
}

/** Until one of them finds something. */
async function runInTurn(programs: readonly ProgramSpec[], context: DisturbContext): Promise<Ran> {
  let values: Values = {};
  for (const program of programs) {
    const ran = await runProgram(program, context, values);
    values = { ...values, ...ran.values };
    if (ran.findings.length > 0) return { findings: ran.findings, values };
  }
  return { findings: [], values };
}

async function lookAt(looks: readonly LookSpec[], context: DisturbContext): Promise<readonly CheckFinding[]> {
  const found: CheckFinding[] = [];
  for (const look of looks) found.push(...(await observeLook(look, context)));
  return found;
}
