import { z } from "zod";
import { defineCheck } from "../check.ts";
import { answering } from "../traffic/answering-spec.ts";

const spec = z.strictObject({
  kind: z.literal("local-container"),
  container: z.string().min(1).describe("Its name in the container engine."),
  image: z.string().min(1).describe("What it runs, by the image's id."),
  answers: answering.optional().describe("What it answers in its own network; no port has to be published."),
});

export type Spec = z.infer<typeof spec>;

/** A container of the engine. */
export const localContainer = defineCheck({
  kind: "local-container",
  does: "looks",
  summary: "A container of the engine runs, is of this very image, and answers in its own network.",
  spec,
  needs: ["docker"],
  observer: () => import("./local-container.ts"),
});
