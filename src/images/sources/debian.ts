/** Debian's archive, asked through an apt of our own: what it has for an image, whatever this machine is. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../../errors.ts";
import { debianKeys, ensureHostPackages } from "../../host/host-packages.ts";
import { isOutOfReach } from "../../host/registry-error.ts";
import { linesForSuite, machineOrigins, parseOrigins } from "./apt-origins.ts";
import type { SourceContext } from "./source.ts";

const oneDayMs = 24 * 60 * 60 * 1000;

type AptContext = Pick<
  SourceContext,
  "exec" | "clock" | "cache" | "docker" | "signal" | "parent" | "scratch" | "detail"
>;

export interface Debian {
  /** Where `run` with `--download-only` puts its .deb files. */
  readonly archives: string;
  /** The .deb files that a command of apt-get's would bring, by name; brings none. */
  names(command: readonly string[]): Promise<readonly string[]>;
  run(command: readonly string[]): Promise<void>;
}

/**
 * @param wanted `status` as `installedIn` made it; `anew` asks Debian for its lists even where there are some of today.
 * Otherwise lists that are older than a day are renewed where Debian is in reach, and taken as they are where it is not.
 * apt believes them by Debian's keys alone.
 * @throws CommandFailedError with apt's words. @throws EnvironmentError where no source of Debian is known.
 */
export async function openDebian(
  wanted: { readonly suite: string; readonly status: string; readonly anew?: boolean },
  context: AptContext,
): Promise<Debian> {
  await ensureHostPackages(context.exec, [debianKeys]);
  const root = join(context.cache, "apt", wanted.suite);
  await Promise.all(
    ["lists/partial", "archives/partial", "no-archives/partial"].map((path) =>
      mkdir(join(root, path), { recursive: true }),
    ),
  );
  const apt = ["apt-get", "-q", "-y", ...aptOptions(root, wanted.status)];
  await refreshLists({ ...wanted, root, apt }, context);
  const { exec, signal, detail } = context;
  return {
    archives: join(root, "archives"),
    async names(command) {
      // apt leaves out what its archives hold already, so it is asked with empty ones.
      const emptyArchives = ["-o", `Dir::Cache::Archives=${join(root, "no-archives")}`];
      const { stdout } = await exec.run([...apt, ...emptyArchives, "--print-uris", ...command], { signal });
      return debNames(stdout);
    },
    async run(command) {
      await exec.run([...apt, ...command], { signal, onLine: detail });
    },
  };
}

/** In the output of `--print-uris`, a line each: 'address' name size digest. */
function debNames(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => /^'[^']+' (\S+\.deb) /.exec(line)?.[1] ?? []);
}

/**
 * What an image has installed, in a file as apt reads it: dependencies are resolved against it, not against this machine.
 * @param image undefined for none, which has nothing installed.
 */
export async function installedIn(image: string | undefined, context: AptContext): Promise<string> {
  const path = join(context.scratch, "dpkg-status");
  const content = image === undefined ? undefined : await context.docker.readFile(image, dpkgStatus);
  await mkdir(context.scratch, { recursive: true });
  await writeFile(path, content ?? "");
  return path;
}

/** Where Debian itself keeps what is installed: https://www.debian.org/doc/manuals/debian-reference/ch02#_dpkg */
export const dpkgStatus = "/var/lib/dpkg/status";

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
    // Whatever apt.conf says: nothing that Debian has not signed.
    "Acquire::AllowInsecureRepositories": "false",
    "APT::Get::AllowUnauthenticated": "false",
    "APT::Architecture": "amd64",
    "APT::Update::Error-Mode": "any",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

interface Lists {
  readonly root: string;
  readonly suite: string;
  readonly apt: readonly string[];
  readonly anew?: boolean;
}

async function refreshLists({ root, suite, apt, anew = false }: Lists, context: AptContext): Promise<void> {
  const sources = (await sourceLines(suite, context)).join("\n") + "\n";
  const file = join(root, "sources.list");
  const stamp = join(root, "refreshed");
  const refreshedAt = await stat(stamp).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  const isKept = refreshedAt > 0 && (await readFile(file, "utf8").catch(() => "")) === sources;
  if (isKept && !anew && context.clock.now() - refreshedAt < oneDayMs) return;
  await writeFile(file, sources);
  context.detail(`apt lists of ${suite}`);
  try {
    await context.exec.run([...apt, "update"], { signal: context.signal, onLine: context.detail });
  } catch (error) {
    if (anew || !isKept || !isOutOfReach(error)) throw error;
    context.detail(`apt is out of reach: its lists of ${new Date(refreshedAt).toISOString()} are taken`);
    return;
  }
  await writeFile(stamp, "");
}

/** From this machine's sources, or (on Ubuntu) from those inside the parent image. */
async function sourceLines(suite: string, context: AptContext): Promise<readonly string[]> {
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
