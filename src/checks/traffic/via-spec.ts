import { z } from "zod";

const path = z.string().startsWith("/").default("/");

/** The ways into a cluster that a check can take. */
export const via = z.union([
  z.strictObject({ service: z.string().min(1), port: z.int().min(1).max(65535), path }),
  z.strictObject({ nodePort: z.string().min(1).describe("A Service's name; every node is asked."), path }),
  z.strictObject({
    ingress: z
      .string()
      .min(1)
      .describe("The host; `*` in it stands for a random word: a host that no rule can name beforehand."),
    path,
    tls: z.boolean().default(false),
  }),
]);

export type Via = z.infer<typeof via>;
