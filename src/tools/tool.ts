import { z } from "zod";
import { goPackage } from "../images/recipe-words.ts";
import { goSchema } from "../images/sources/go.ts";

/** What `tools/<name>/tool.yaml` says: a program for this machine, compiled from a Go module. */
export const toolSchema = z.strictObject({
  apiVersion: z.literal("labctl.dev/v1"),
  kind: z.literal("Tool"),
  summary: z.string().min(1),
  go: goSchema.omit({ packages: true, to: true }).extend({
    /** The folder of the go.mod, relative to this file's folder. */
    module: z
      .string()
      .regex(
        /^(?:\.|\.\.\/\.\.\/images\/[a-z0-9]+(?:[._-][a-z0-9]+)*)$/,
        "this folder, or one of images/, with a go.mod, like . or ../../images/kubernetes",
      ),
    /** `.` or an import path of a module that go.mod requires. */
    package: goPackage,
  }),
});
