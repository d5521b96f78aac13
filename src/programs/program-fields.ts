import { z } from "zod";
import { parseDuration } from "../terminal/duration.ts";
import { fact } from "./facts/fact-specs.ts";

const word = z.string().min(1);
const name = z.string().regex(/^[a-z][a-zA-Z0-9]*$/, "letters and digits, a small letter first");

/** Of the lab's folder: nothing above it, and nothing but its checks/. */
const ownFile = /^checks\/(?!.*(^|\/)\.\.(\/|$))/;

const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, "a time span: 90s, 5m")
  .default("60s");

const claim = z.strictObject({
  name: word.describe("A PersistentVolumeClaim of the lab's namespace."),
  path: z.string().startsWith("/").default("/volume").describe("Where the program finds it."),
  writable: z.boolean().default(false),
});

const apiRule = z.strictObject({
  apiGroups: z.array(z.string()).min(1),
  resources: z.array(word).min(1),
  verbs: z.array(word).min(1),
});

/** What stands in lab.yaml of a program, wherever it is run from. */
export const programFields = {
  run: z
    .array(word)
    .min(1)
    .refine((command) => command.some((part) => ownFile.test(part)), "it names no file of checks/")
    .describe("The command; a file of it is below the lab's folder, in checks/."),
  image: word.describe("Of the lab's images: it has what the program needs."),
  facts: z
    .record(name, fact)
    .default({})
    .describe("What labctl finds out first; where something is not there, that is the finding."),
  with: z
    .record(z.string(), z.json())
    .default({})
    .describe("Goes to the program as it is; `checks/x.schema.json` says what `checks/x.py` takes."),
  claim: claim.optional().describe("A volume to look into; read-only unless it says otherwise."),
  api: z
    .array(apiRule)
    .min(1)
    .optional()
    .describe("What the program may ask the API server in the lab's namespace; nothing by default."),
  within: duration.describe("How long it may take."),
  memory: z
    .string()
    .regex(/^\d+(Mi|Gi)$/)
    .default("256Mi")
    .describe("How much memory it may use."),
};

/** A program of the lab's own, as lab.yaml has it. */
export const programSpec = z.strictObject(programFields).meta({ id: "program" });

export type ProgramSpec = z.infer<typeof programSpec>;

/** The program's file, as sentences call it: `checks/computes.py`. */
export function programFile({ run }: Pick<ProgramSpec, "run">): string {
  return run.find((part) => ownFile.test(part)) ?? run.join(" ");
}

/** Milliseconds. */
export function programLimit({ within }: Pick<ProgramSpec, "within">): number {
  return parseDuration(within) ?? 0;
}
