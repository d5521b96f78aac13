import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cachedPath } from "../cached-path.ts";
import { contextPath, ownFile, pythonVersion } from "../recipe-words.ts";
import { digestOf } from "../../oci/content-digest.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { requirementProblems } from "./pip-requirements.ts";
import { defineSource } from "./source.ts";

const schema = z.strictObject({
  requirements: ownFile,
  /** The Python of the image: `3.11`. */
  python: pythonVersion,
  to: contextPath,
});

/** The tags that Debian 12's glibc 2.36 satisfies; pip takes them as they are and infers none. */
const platforms = ["2_34", "2_31", "2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5"]
  .map((glibc) => `manylinux_${glibc}_x86_64`)
  .concat(["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]);

/** Python packages as wheels. Hashes in the requirements file are enforced by pip itself. */
export const pip = defineSource({
  schema,
  lane: "download",
  pins: (spec) => [{ file: spec.requirements, problems: requirementProblems }],
  async prepare(spec, context) {
    const requirements = join(context.folder, spec.requirements);
    const key = digestOf([await readFile(requirements, "utf8"), spec.python, platforms]).slice(0, 16);
    const from = await cachedPath(join(context.cache, "pip", key), async (temporary) => {
      const abi = `cp${spec.python.replace(".", "")}`;
      const command = [
        ...["python3", "-m", "pip", "download", "--disable-pip-version-check", "--no-input"],
        ...["--only-binary=:all:", "--implementation", "cp", "--python-version", spec.python],
        ...[abi, "abi3", "none"].flatMap((each) => ["--abi", each]),
        ...platforms.flatMap((platform) => ["--platform", platform]),
        ...["--requirement", requirements, "--dest", temporary],
      ];
      await fromRegistry(
        { registry: "the Python package index", what: `What ${spec.requirements} names` },
        () => context.exec.run(command, { signal: context.signal, onLine: context.detail }),
      );
    });
    return [{ from, to: spec.to }];
  },
});
