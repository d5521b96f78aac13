import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import { linesForSuite, machineOrigins, parseOrigins } from "./apt-origins.ts";
import { debianKeys, ensureHostPackages } from "../../host/host-packages.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { contextPath, debianPackageVersion, suite } from "../recipe-words.ts";
import { defineSource, type SourceContext } from "./source.ts";

const schema = z.strictObject({
  suite,
  packages: z.array(debianPackageVersion).min(1),
  to: contextPath,
});

const oneDayMs = 24 * 60 * 60 * 1000;

/** Debian packages with what they depend on and the parent image does not have, as .deb files. */
export const apt = defineSource({
  schema,
  lane: "download",
  async prepare(spec, context) {
    await ensureHostPackages(context.exec, [debianKeys]);
    const root = join(context.cache, "apt", spec.suite);
    await Promise.all(
      ["lists/partial", "archives/partial", "no-archives/partial"].map((path) =>
        mkdir(join(root, path), { recursive: true }),
      ),
    );
    const status = await parentStatus(context);
    const command = ["apt-get", "-q", "-y", ...aptOptions(root, status)];
    const install = (...options: readonly string[]): readonly string[] => [
      ...[...command, "--no-install-recommends", ...options],
      ...["install", "--", ...spec.packages],
    ];
    return fromRegistry({ registry: "apt", what: spec.packages.join(", ") }, async () => {
      await refreshLists({ root, suite: spec.suite, command }, context);
      // apt leaves out what its archives hold already, so it is asked with empty ones.
      const emptyArchives = ["-o", `Dir::Cache::Archives=${join(root, "no-archives")}`];
      const { stdout } = await context.exec.run(install(...emptyArchives, "--print-uris"), {
        signal: context.signal,
      });
      const names = debNames(stdout);
      context.detail(`${String(names.length)} Debian packages for ${spec.packages.join(", ")}`);
      await context.exec.run(install("--download-only"), {
        signal: context.signal,
        onLine: context.detail,
      });
      return names.map((name) => ({ from: join(root, "archives", name), to: `${spec.to}/${name}` }));
    });
  },
});

/** The file names in the output of `--print-uris`, a line each: 'address' name size digest. */
export function debNames(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => /^'[^']+' (\S+\.deb) /.exec(line)?.[1] ?? []);
}

/** An apt of our own: the machine's apt.conf with its proxies, nothing of its packages, sources and pins. */
function aptOptions(root: string, status: string): readonly string[] {
  const settings = {
    Dir: `${root}/`,
    "Dir::Etc::SourceList": join(root, "sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State": root,
    "Dir::State::Lists": join(root, "lists"),
    "Dir::State::status": status,
    "Dir::Cache": root,
    "Dir::Cache::Archives": join(root, "archives"),
    // Its sandbox user may not enter a home folder.
    "APT::Sandbox::User": "root",
    "APT::Architecture": "amd64",
    "APT::Update::Error-Mode": "any",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

/** What the parent image has installed: dependencies are resolved against it, not against this machine. */
async function parentStatus(context: SourceContext): Promise<string> {
  const path = join(context.scratch, "dpkg-status");
  const content = context.parent && (await context.docker.readFile(context.parent, "/var/lib/dpkg/status"));
  await writeFile(path, content ?? "");
  return path;
}

async function refreshLists(
  lists: { readonly root: string; readonly suite: string; readonly command: readonly string[] },
  context: SourceContext,
): Promise<void> {
  const sources = (await sourceLines(lists.suite, context)).join("\n") + "\n";
  const file = join(lists.root, "sources.list");
  const stamp = join(lists.root, "refreshed");
  const refreshedAt = await stat(stamp).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  const unchanged = (await readFile(file, "utf8").catch(() => "")) === sources;
  if (unchanged && context.clock.now() - refreshedAt < oneDayMs) return;
  await writeFile(file, sources);
  context.detail(`apt lists of ${lists.suite}`);
  await context.exec.run([...lists.command, "update"], { signal: context.signal, onLine: context.detail });
  await writeFile(stamp, "");
}

/** From this machine's sources, or (on Ubuntu) from those inside the parent image. */
async function sourceLines(suite: string, context: SourceContext): Promise<readonly string[]> {
  const ofMachine = linesForSuite(await machineOrigins(), suite);
  if (ofMachine.length > 0) return ofMachine;
  const files = ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"];
  for (const file of context.parent === undefined ? [] : files) {
    const content = await context.docker.readFile(context.parent ?? "", file);
    const ofParent = linesForSuite(parseOrigins(file, content?.toString() ?? ""), suite);
    if (ofParent.length > 0) return ofParent;
  }
  throw new EnvironmentError({
    message: `No apt source of Debian is known for the suite ${suite}.`,
    lastSeen: "neither /etc/apt of this machine nor of the parent image names Debian's archive",
    hint: "Build the parent image again with: labctl images build debian-12",
  });
}
