import { join } from "node:path";
import { z } from "zod";
import { contextPath, goLinkerFlags, goModule, goPackage, goTag, programName } from "../recipe-words.ts";
import { goBinaries } from "./go-binaries.ts";
import { goModProblems } from "./go-mod.ts";
import { defineSource } from "./source.ts";

export const goSchema = z.strictObject({
  /** The folder of the go.mod, relative to this file's folder. */
  module: goModule,
  /** Name of the program → package: `.`, `./cmd/x` or an import path of a module that go.mod requires. */
  packages: z.record(programName, goPackage),
  tags: z.array(goTag).default([]),
  ldflags: goLinkerFlags.default(""),
  to: contextPath,
});

/** Static programs from a Go module, compiled on the host. */
export const go = defineSource({
  schema: goSchema,
  lane: "compile",
  folders: (spec) => [spec.module],
  pins: (spec) => [{ file: join(spec.module, "go.mod"), problems: goModProblems }],
  async prepare(spec, context) {
    const binaries = await goBinaries(
      { ...spec, module: join(context.folder, spec.module) },
      context,
      context.detail,
    );
    return binaries.map(({ name, path }) => ({ from: path, to: `${spec.to}/${name}` }));
  },
});
