import { z } from "zod";
import { expectation } from "./expectation.ts";

/** What a pod or a container answers, asked itself. */
export const answering = z.strictObject({
  port: z.int().min(1).max(65535).describe("Of the pod or container itself: no Service is involved."),
  path: z.string().startsWith("/").default("/"),
  expect: expectation.prefault({ status: 200 }).describe("Headers and body are regular expressions."),
  echoes: z.boolean().default(false).describe("Asked for a random path, it has that path in its page."),
  page: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Lines of the page that the lab gives, each of which is in it: `{path}` is the path asked for, any other `{name}` anything that is no tag.",
    ),
  changes: z.boolean().default(false).describe("Two requests, seconds apart at most, get different pages."),
});

export type Answering = z.infer<typeof answering>;
