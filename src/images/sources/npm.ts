import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cachedPath } from "../cached-path.ts";
import { contextPath } from "../recipe-words.ts";
import { digestOf } from "../../oci/content-digest.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { lockFileProblems, packageFileProblems } from "./npm-files.ts";
import { defineSource } from "./source.ts";

const schema = z.strictObject({ to: contextPath });

const lockFiles = ["package.json", "package-lock.json"];

/** The installed `node_modules` of the recipe's package-lock.json, without development packages and install scripts. */
export const npm = defineSource({
  schema,
  lane: "download",
  pins: () => [
    { file: "package.json", problems: packageFileProblems },
    { file: "package-lock.json", problems: lockFileProblems },
  ],
  async prepare(spec, context) {
    const contents = await Promise.all(lockFiles.map((file) => readFile(join(context.folder, file), "utf8")));
    const path = join(context.cache, "npm", digestOf(contents).slice(0, 16));
    const folder = await cachedPath(path, async (temporary) => {
      await mkdir(temporary, { recursive: true });
      await Promise.all(lockFiles.map((file) => copyFile(join(context.folder, file), join(temporary, file))));
      const command = [
        "npm",
        "ci",
        "--ignore-scripts",
        "--omit=dev",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
      ];
      await fromRegistry({ registry: "the npm registry", what: "What package-lock.json names" }, () =>
        context.exec.run(command, { cwd: temporary, signal: context.signal, onLine: context.detail }),
      );
    });
    return [{ from: join(folder, "node_modules"), to: spec.to }];
  },
});
