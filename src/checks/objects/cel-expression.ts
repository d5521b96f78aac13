import { Environment } from "@marcbachmann/cel-js";
import { z } from "zod";
import { briefly } from "../../briefly.ts";

/** A condition in CEL, Kubernetes's own expression language: https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelExpression {
  /** As the author wrote it. */
  readonly source: string;
  /** Whether it holds for an object; an expression that stumbles over a missing field does not, and says so. */
  evaluate(object: unknown): CelOutcome;
}

export type CelOutcome = { readonly holds: boolean; readonly trouble?: string };

/** A zod string that is compiled when the file is parsed; a CEL error is a problem at the string's line. */
export const celExpression = celOver("object");

/** The same, over a variable of another name. */
export function celOver(variable: string) {
  return z
    .string()
    .min(1)
    .transform((source, context): CelExpression => {
      try {
        return compileCel(source, variable);
      } catch (error) {
        context.issues.push({
          code: "custom",
          input: source,
          message: `CEL does not compile: ${firstLine(error)}`,
        });
        return z.NEVER;
      }
    });
}

/** @throws Error of the CEL library when the expression has no meaning; its first line says where. */
export function compileCel(source: string, variable = "object"): CelExpression {
  const environment = new Environment({ enableOptionalTypes: true }).registerVariable(variable, "dyn");
  const what = `CEL "${source.slice(0, 100)}"`;
  const parsed = briefly(what, () => environment.parse(source));
  const { valid, type, error } = briefly(what, () => parsed.check());
  if (!valid) throw error ?? new Error("it does not type-check");
  if (type !== "bool" && type !== "dyn") throw new Error(`it gives ${String(type)}, not bool`);
  return {
    source,
    evaluate: (object) => outcome(() => briefly(what, () => parsed({ [variable]: object }) as unknown)),
  };
}

function outcome(run: () => unknown): CelOutcome {
  try {
    return { holds: run() === true };
  } catch (error) {
    return { holds: false, trouble: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
