import { z } from "zod";
import { goSchema } from "../images/sources/go.ts";

/** What `tools/<name>/tool.yaml` says: a program for this machine, compiled from a Go module. */
export const toolSchema = z.strictObject({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("Tool"),
  summary: z.string().min(1),
  go: goSchema.omit({ packages: true, to: true }).extend({
    /** `.` or an import path of a module that go.mod requires. */
    package: z.string(),
  }),
});
