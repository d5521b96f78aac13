import { z } from "zod";
import { deploymentOf, disturbStep } from "../../disturb/step-spec.ts";
import { defineCheck } from "../check.ts";
import { lookSpec } from "../looks.ts";
import { programSpec } from "../../programs/program-fields.ts";
import { trafficFields } from "./under-traffic-spec.ts";

const traffic = z.strictObject({
  ...trafficFields,
  atLeast: z.int().positive().default(1000).describe("At least so many requests, none of which may fail."),
});

const meanwhile = z.union([
  z.strictObject({
    traffic: traffic.describe("Requests keep coming through a Service, and each is counted."),
  }),
  z.strictObject({
    program: programSpec.describe(
      "Says ready when the disturbances may begin, and hears over when they are done; both come before its end.",
    ),
  }),
]);

const spec = z
  .strictObject({
    kind: z.literal("experiment"),
    steady: z
      .array(z.string().min(1))
      .default([])
      .describe("Deployments that have to be rolled out and Ready first, beside those that do names."),
    before: z
      .array(programSpec)
      .default([])
      .describe(
        "Run one after the other; the values of each go to those after it. A finding ends the experiment.",
      ),
    while: meanwhile.optional().describe("What goes on meanwhile."),
    do: z.array(disturbStep).min(1).describe("What is disturbed, in this order."),
    then: z
      .array(lookSpec)
      .default([])
      .describe("Looks afterwards, where nothing was found until then; its programs get all values."),
  })
  .superRefine((wanted, context) => {
    if (wanted.before.length > 0 || (wanted.while && "program" in wanted.while)) return;
    wanted.do.forEach((step, index) => {
      if (!("delete" in step && "named" in step.delete.pods)) return;
      context.addIssue({
        code: "custom",
        path: ["do", index, "delete", "pods", "named"],
        message: `no program before it, nor one that goes along, can tell ${step.delete.pods.named}`,
      });
    });
  });

export type Spec = z.infer<typeof spec>;
export type CountedTraffic = z.infer<typeof traffic>;

/** Those that have to be at rest before anything is disturbed, and are waited for afterwards. */
export function deploymentsOf({ steady, do: steps }: Pick<Spec, "steady" | "do">): readonly string[] {
  return [...new Set([...steady, ...steps.flatMap((step) => deploymentOf(step) ?? [])])];
}

/**
 * An experiment that a lab puts together: `steady` first, then `before`; `while` goes on and `do` disturbs; and
 * `then` looks. Values of programs reach those after them as `before`: the ones that `before` told, the ones that the
 * program of `while` told, and `done`, which that program hears as `over`, too (see `Done`).
 */
export const experiment = defineCheck({
  kind: "experiment",
  does: "disturbs",
  summary:
    "An experiment that a lab puts together: what has to be steady, what goes on meanwhile (counted requests, or a program of the lab's), what is disturbed, and what has to hold afterwards.",
  spec,
  experiment: true,
  programs: ({ before, while: along }) => [
    ...before.map((value, index) => ({ path: ["before", index], value })),
    ...(along && "program" in along ? [{ path: ["while", "program"], value: along.program }] : []),
  ],
  observer: () => import("./experiment.ts"),
});
