import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cachedPath, renewedPath } from "../cached-path.ts";
import { EnvironmentError } from "../../errors.ts";
import { debianLabel } from "../../oci/local-tag.ts";
import { digestOf } from "../../oci/content-digest.ts";
import { linesForSuite, machineOrigins } from "./apt-origins.ts";
import { debianKeys, ensureHostPackages } from "../../host/host-packages.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { contextPath, debianPackage, suite } from "../recipe-words.ts";
import { defineSource, type SourceContext } from "./source.ts";
import { sourceDateEpoch } from "./source-date.ts";

const schema = z.strictObject({
  suite,
  to: contextPath,
  include: z.array(debianPackage).default([]),
});

type Spec = z.infer<typeof schema>;

/**
 * A week, as long as Debian lets an index of its updates be believed (Valid-Until). Asked only when an image is built
 * on it anyway: age alone builds nothing.
 */
const keptForMs = 7 * 24 * 60 * 60 * 1000;

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
  // When Debian published what this was made from, a line for each of its indices; they are signed.
  `--customize-hook=grep -h '^Date: ' "$1"/var/lib/apt/lists/*Release > "$LABCTL_DATES" || true`,
  '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*',
];

/**
 * A minimal Debian as a tar archive, by mmdebstrap (1 min, 130 MB). One that is older than a week is made again where
 * Debian is in reach, and taken as it is where it is not.
 */
export const rootfs = defineSource({
  schema,
  lane: "download",
  async prepare(spec, context) {
    const key = digestOf([spec.suite, spec.include, options, sourceDateEpoch]).slice(0, 16);
    const folder = join(context.cache, "rootfs", `${spec.suite}-${key}`);
    const make = (temporary: string): Promise<void> => bootstrap(spec, temporary, context);
    const kept = await publishedAt(folder);
    if (context.renew) await renewedPath(folder, make);
    else if (kept !== undefined && context.clock.now() - kept > keptForMs)
      await renewed(folder, make, context);
    else await cachedPath(folder, make);
    const published = await publishedAt(folder);
    if (published !== undefined) context.label(debianLabel, new Date(published).toISOString());
    return [{ from: join(folder, archive), to: spec.to }];
  },
});

const archive = "rootfs.tar";
const dates = "dates";

/** Milliseconds since the epoch: the newest of Debian's dates; undefined where there is no archive, or none told its date. */
async function publishedAt(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, dates), "utf8").catch(() => "");
  const known = text.split("\n").flatMap((line) => Date.parse(line.replace(/^Date: /, "")) || []);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function renewed(
  folder: string,
  make: (temporary: string) => Promise<void>,
  { detail, signal }: SourceContext,
): Promise<void> {
  try {
    await renewedPath(folder, make);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof EnvironmentError)) throw error;
    detail(`${error.message} The one of before is taken.`);
  }
}

async function bootstrap(spec: Spec, folder: string, context: SourceContext): Promise<void> {
  await mkdir(folder);
  await ensureHostPackages(context.exec, [debianKeys, { name: "mmdebstrap", file: "/usr/bin/mmdebstrap" }]);
  const include = spec.include.length === 0 ? [] : [`--include=${spec.include.join(",")}`];
  // Without lines of Debian on this machine (Ubuntu), mmdebstrap takes the addresses it knows.
  const mirrors = linesForSuite(await machineOrigins(), spec.suite);
  const command = [
    // sudo drops the environment, env does not.
    ...["env", `SOURCE_DATE_EPOCH=${String(sourceDateEpoch)}`, `LABCTL_DATES=${join(folder, dates)}`],
    ...["mmdebstrap", ...options, ...include, "--", spec.suite, join(folder, archive), ...mirrors],
  ];
  const onLine = (line: string): void => {
    context.detail(`Debian ${spec.suite}: ${line}`);
  };
  await fromRegistry({ registry: "apt", what: `Debian ${spec.suite}` }, () =>
    context.exec.run(command, { root: true, signal: context.signal, onLine }),
  );
}
