import { z } from "zod";
import { celExpression } from "../checks/objects/cel-expression.ts";
import { parseYaml, type Parsed } from "../yaml/parse-yaml.ts";
import { isOfNamespaces, stepCommand } from "./step-commands.ts";

/** What somebody does in a lab, as data; exactly one key each. */
export const labStep = z.union([
  z
    .strictObject({ apply: z.string().min(1) })
    .describe("Server-side apply of a file beside the steps, into the lab's namespace."),
  z
    .strictObject({
      delete: z
        .string()
        .regex(/^[A-Za-z.]+\/[a-z0-9.-]+$/, "kind/name, as kubectl takes it")
        .refine((text) => isOfNamespaces(text.split("/")[0] ?? ""), "an object of the lab's namespace"),
    })
    .describe("Deletes an object of the lab's namespace, as kubectl names it."),
  z.strictObject({ kubectl: stepCommand("kubectl") }).describe("kubectl in the lab's namespace."),
  z.strictObject({ helm: stepCommand("helm") }).describe("helm in the lab's namespace."),
  z.strictObject({ docker: stepCommand("docker") }).describe("docker on the lab's engine."),
  z
    .strictObject({
      quiz: z.record(z.string(), z.union([z.literal("right"), z.record(z.string(), z.string())])),
    })
    .describe(
      "Answers: exercise → question → choice; or `right` for all of an exercise, so that no file has the key. What was answered before stays.",
    ),
  z
    .strictObject({ answers: z.url({ protocol: /^https?$/ }) })
    .describe("Waits until a page behind the ingress controller answers with status 200."),
  z
    .strictObject({
      wait: z.strictObject({
        apiVersion: z.string().optional(),
        kind: z.string().min(1),
        name: z.string().min(1),
        that: celExpression.describe(
          "A CEL condition on `object`; it does not hold while there is no such object.",
        ),
        seconds: z.int().positive().default(60),
      }),
    })
    .describe("Waits until a condition holds for an object of the lab's namespace."),
]);

export type LabStep = z.infer<typeof labStep>;

/** `start/steps.yaml`: what is done after the manifests of start/. */
export const stepsFile = z.array(labStep).min(1);

/** `cases/<name>/case.yaml`: a state of the lab, and what its check must say about it. */
export const caseFile = z.strictObject({
  title: z.string().min(1),
  expect: z.enum(["passed", "failed"]).describe("The lab's verdict."),
  exercises: z
    .record(z.string(), z.enum(["passed", "failed", "skipped"]))
    .default({})
    .describe("Verdicts of exercises by id."),
  reason: z.string().optional().describe("What a finding must be about: its stable reason, not its words."),
  after: z.enum(["start", "solution"]).default("start").describe("What the steps begin with."),
  steps: z.array(labStep).default([]),
});

export type CaseFile = z.infer<typeof caseFile>;

export function parseSteps(text: string, file: string): Parsed<readonly LabStep[]> {
  return parseYaml(stepsFile, text, file);
}

export function parseCase(text: string, file: string): Parsed<CaseFile> {
  return parseYaml(caseFile, text, file);
}
