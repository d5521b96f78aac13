/**
 * What may stand in package.json and package-lock.json: versions of the npm registry. npm takes folders, repositories and
 * addresses in the same places, and brings each in its own way, some with programs of this machine.
 */
import { z } from "zod";
import type { LabProblem } from "../../errors.ts";
import { parseYaml } from "../../yaml/parse-yaml.ts";

const namePattern = "(?:@[A-Za-z0-9][A-Za-z0-9._~-]*/)?[A-Za-z0-9][A-Za-z0-9._~-]*";
const packageName = z
  .string()
  .regex(new RegExp(`^${namePattern}$`), "a package's name, like pg or @scope/pg");
const version = z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/, "a version, like 8.23.1");
const range = z.string().regex(/^[0-9A-Za-z.~^<>=|*+ -]*$/, "versions of the npm registry, like ^8.0.0");
const needed = z.record(packageName, range).optional();

const description = {
  name: packageName.optional(),
  version: version.optional(),
  license: z.string().optional(),
  dependencies: z.record(packageName, version).optional(),
};

const packageFile = z.strictObject({
  ...description,
  private: z.boolean().optional(),
  type: z.enum(["module", "commonjs"]).optional(),
  description: z.string().optional(),
});

const noAddress = z
  .never("no address, as npm install --omit-lockfile-registry-resolved writes it")
  .optional();

const locked = z.looseObject({
  name: packageName.optional(),
  version,
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+=*$/, "a hash, like sha512-…"),
  resolved: noAddress,
  link: z.never("no link: a version of the npm registry").optional(),
  dependencies: needed,
  optionalDependencies: needed,
  peerDependencies: needed,
});

const lockedPlace = new RegExp(`^(?:node_modules/${namePattern}(?:/(?=n)|$))+$`);

const lockFile = z.strictObject({
  name: packageName.optional(),
  version: version.optional(),
  lockfileVersion: z.literal(3, "3, as npm writes it since its version 7"),
  requires: z.boolean().optional(),
  packages: z
    .object({ "": z.strictObject(description) })
    .catchall(locked)
    .superRefine((packages, context) => {
      const wrong = Object.keys(packages).filter((place) => place !== "" && !lockedPlace.test(place));
      for (const place of wrong)
        context.addIssue({ code: "custom", path: [place], message: "a place like node_modules/pg" });
    }),
});

export function packageFileProblems(text: string, file: string): readonly LabProblem[] {
  return problemsOf(packageFile, text, file);
}

export function lockFileProblems(text: string, file: string): readonly LabProblem[] {
  return problemsOf(lockFile, text, file);
}

/** JSON is YAML, which knows its lines. */
function problemsOf(schema: z.ZodType, text: string, file: string): readonly LabProblem[] {
  const parsed = parseYaml(schema, text, file);
  return parsed.ok ? [] : parsed.problems;
}
