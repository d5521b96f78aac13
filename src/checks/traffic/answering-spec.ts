import { z } from "zod";
import { expectation } from "./expectation.ts";

/** What a pod or a container answers, asked itself. */
export const answering = z.strictObject({
  port: z.int().min(1).max(65535).describe("Of the pod or container itself: no Service is involved."),
  path: z.string().startsWith("/").default("/"),
  expect: expectation.prefault({ status: 200 }).describe("Headers and body are regular expressions."),
  echoes: z.boolean().default(false).describe("Asked for a random path, it has that path in its page."),
  changes: z.boolean().default(false).describe("Two requests, seconds apart at most, get different pages."),
});

export type Answering = z.infer<typeof answering>;
