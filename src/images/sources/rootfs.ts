import { join } from "node:path";
import { z } from "zod";
import { cachedPath } from "../cached-path.ts";
import { digestOf } from "../../oci/content-digest.ts";
import { linesForSuite, machineOrigins } from "./apt-origins.ts";
import { debianKeys, ensureHostPackages } from "../../host/host-packages.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { contextPath, debianPackage, suite } from "../recipe-words.ts";
import { defineSource } from "./source.ts";
import { sourceDateEpoch } from "./source-date.ts";

const schema = z.strictObject({
  suite,
  to: contextPath,
  include: z.array(debianPackage).default([]),
});

const unwanted = [
  "/usr/share/man/*",
  "/usr/share/doc/*",
  "/usr/share/info/*",
  "/usr/share/locale/*",
  "/usr/share/lintian/*",
];

/** What mmdebstrap is asked for apart from suite and packages; part of the cache's key. */
const options = [
  "--variant=minbase",
  "--format=tar",
  '--aptopt=Acquire::Languages "none"',
  ...unwanted.map((path) => `--dpkgopt=path-exclude=${path}`),
  // Debian's policy: the licences stay.
  "--dpkgopt=path-include=/usr/share/doc/*/copyright",
  '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*',
];

/** A minimal Debian as a tar archive, by mmdebstrap (1 min, 130 MB). */
export const rootfs = defineSource({
  schema,
  lane: "download",
  async prepare(spec, context) {
    const key = digestOf([spec.suite, spec.include, options, sourceDateEpoch]).slice(0, 16);
    const path = join(context.cache, "rootfs", `${spec.suite}-${key}.tar`);
    const from = await cachedPath(path, async (temporary) => {
      await ensureHostPackages(context.exec, [
        debianKeys,
        { name: "mmdebstrap", file: "/usr/bin/mmdebstrap" },
      ]);
      const include = spec.include.length === 0 ? [] : [`--include=${spec.include.join(",")}`];
      // Without lines of Debian on this machine (Ubuntu), mmdebstrap takes the addresses it knows.
      const mirrors = linesForSuite(await machineOrigins(), spec.suite);
      await fromRegistry({ registry: "apt", what: `Debian ${spec.suite}` }, () =>
        context.exec.run(
          // sudo drops the environment, env does not.
          [
            "env",
            `SOURCE_DATE_EPOCH=${String(sourceDateEpoch)}`,
            "mmdebstrap",
            ...options,
            ...include,
            "--",
            spec.suite,
            temporary,
            ...mirrors,
          ],
          {
            root: true,
            signal: context.signal,
            onLine: (line) => {
              context.detail(`Debian ${spec.suite}: ${line}`);
            },
          },
        ),
      );
    });
    return [{ from, to: spec.to }];
  },
});
