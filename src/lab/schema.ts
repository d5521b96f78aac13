import { z } from "zod";
import { checkSpec } from "../checks/index.ts";
import { quizQuestion } from "../checks/quiz-spec.ts";

/** An id that students type: `cluster-ip`. */
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "small letters, digits and single hyphens");

const text = z.string().trim().min(1);

/** The lecture's six questions. */
export const questions = ["deploy", "place", "scale", "expose", "heal", "update"] as const;

const hint = z.union([
  text,
  z.strictObject({
    reason: z
      .union([slug, z.array(slug).min(1)])
      .describe(
        "Given only where a finding has this reason, or one of these, and then after the first of the others.",
      ),
    text,
  }),
]);

const exercise = z
  .strictObject({
    id: slug,
    title: text,
    objective: text.describe("What there is to do, in one sentence or two."),
    points: z.int().positive(),
    takes: z
      .string()
      .regex(/^(?:[1-9]\d*m)?(?:[1-9]\d*s)?$/, "a time span as 45s, 2m or 1m30s")
      .optional()
      .describe("About how long its experiments take where they pass; said before they begin."),
    docs: z.url({ protocol: /^https$/ }).describe("The page of the official documentation that it rests on."),
    hints: z
      .array(hint)
      .min(2)
      .refine(
        (hints) => hints.length < 2 || hints.filter((each) => typeof each === "string").length >= 2,
        "two hints for everyone, beside those with a reason",
      )
      .describe(
        "A nudge first, nearly the answer last; between them what is about one failure, which comes after the nudge.",
      ),
    requires: z
      .array(slug)
      .default([])
      .describe("Exercises that must pass first; without them it is skipped."),
    checks: z.array(checkSpec).default([]),
    quiz: z.array(quizQuestion).min(1).optional().describe("Questions that `labctl quiz` asks."),
  })
  .refine(
    ({ checks, quiz }) => checks.length > 0 || quiz !== undefined,
    "an exercise needs checks or a quiz",
  );

const taint = z.strictObject({
  key: text,
  value: z.string().default(""),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const nodeStart = z.strictObject({
  labels: z.record(z.string(), z.string()).default({}),
  taints: z.array(taint).default([]),
});

/** `lab.yaml`, as it is written. */
export const labFile = z.strictObject({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("Lab"),
  id: slug.describe("The folder's name without its number; the lab's namespace is lab-<id>."),
  title: text,
  asks: z.array(z.enum(questions)).min(1).describe("Which of the lecture's six questions it answers."),
  source: z
    .array(z.string().regex(/^[a-z0-9-]+:\S.*$/, "deck:heading, as labs/decks.yaml has them"))
    .default([])
    .describe(
      "Where in the lecture it comes from: `deck:heading`, both as decks.yaml beside the labs has them.",
    ),
  minutes: z
    .int()
    .positive()
    .optional()
    .describe(
      "What a student needs for it: reading, and the measured time of its commands, rounded up to five.",
    ),
  after: z.array(slug).default([]).describe("Labs that one should have done before."),
  needs: z
    .strictObject({
      images: z
        .array(z.string())
        .default([])
        .describe("Folders of images/, pushed to the lab registry before it starts."),
      tools: z
        .array(z.string())
        .default([])
        .describe("Folders of tools/ beyond kubectl, built before it starts: helm."),
      charts: z
        .array(z.string())
        .default([])
        .describe("Folders of charts/, packed and pushed to the lab registry before it starts."),
      addons: z.array(z.string()).default([]).describe("Folders of manifests/, brought up before it starts."),
      memory: z
        .string()
        .regex(/^\d+(Mi|Gi)$/)
        .optional()
        .describe("What the cluster has to have, as `4Gi`."),
    })
    .prefault({}),
  start: z
    .strictObject({
      ready: z
        .array(z.string())
        .default([])
        .describe("Deployments of start/ to wait for; their pods are recorded."),
      nodes: z
        .array(nodeStart)
        .default([])
        .describe("Labels and taints of the first worker by name, of the second, …; reset takes them away."),
    })
    .prefault({}),
  reset: z
    .strictObject({
      containers: z
        .array(
          z
            .string()
            .regex(/^(?!labctl)[a-z0-9][a-z0-9_.-]*$/, "a container's name, which is none of labctl's"),
        )
        .default([])
        .describe(
          "Containers of the engine, by name; in a user's own Docker those alone that run an image of the lab.",
        ),
      images: z
        .array(
          z
            .string()
            .regex(
              /^(?!labctl\/)[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/,
              "a repository without a registry and a tag, which is none of labctl's: my-image",
            ),
        )
        .default([])
        .describe(
          "Repositories (`my-image`): in the engine, in the lab registry and on the nodes, every tag.",
        ),
    })
    .prefault({})
    .describe("What students make beside the cluster; reset removes it."),
  exercises: z.array(exercise).min(1),
});

export type LabFile = z.infer<typeof labFile>;
export type NodeStart = LabFile["start"]["nodes"][number];
export type Exercise = LabFile["exercises"][number];
/** The lecture's questions, as `asks` names them. */
export type Question = (typeof questions)[number];

/** A lab that was read and found sound. */
export interface Lab extends LabFile {
  /** The absolute path of its folder. */
  readonly folder: string;
}

/** The JSON schema of lab.yaml, for editors (schemas/lab.schema.json). */
export function labJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(labFile, { io: "input", target: "draft-2020-12" });
  return { $schema, title: "A lab of labctl", ...schema };
}
