import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One place that packages come from; several suites of Debian share an address. */
export interface AptOrigin {
  readonly uri: string;
  readonly suite: string;
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * The lines of a sources.list for a suite of Debian, from another one's origins: the suite itself, its updates and
 * its security updates, each where the origins have it. Empty when none of them is Debian's.
 */
export function linesForSuite(origins: readonly AptOrigin[], suite: string): readonly string[] {
  const lines = ["", "-updates", "-security"].flatMap((pocket) => {
    const origin = origins.find((each) => isDebian(each) && pocketOf(each.suite) === pocket);
    if (!origin) return [];
    // A snapshot is as old as it is wished to be.
    const options = `signed-by=${keyring}${snapshot.test(origin.uri) ? " check-valid-until=no" : ""}`;
    return [`deb [${options}] ${origin.uri} ${suite}${pocket} main`];
  });
  return lines;
}

/** The apt sources of this machine. */
export async function machineOrigins(folder = "/etc/apt"): Promise<readonly AptOrigin[]> {
  const parts = await readdir(join(folder, "sources.list.d")).catch(() => []);
  const files = ["sources.list", ...parts.sort().map((name) => join("sources.list.d", name))];
  const origins = await Promise.all(
    files.map(async (file) => parseOrigins(file, await readFile(join(folder, file), "utf8").catch(() => ""))),
  );
  return origins.flat();
}

/** Reads both forms of apt's sources, by the name of the file; see sources.list(5). */
export function parseOrigins(file: string, text: string): readonly AptOrigin[] {
  if (file.endsWith(".sources")) return text.split(/\n\s*\n/).flatMap(stanzaOrigins);
  return file.endsWith(".list") ? text.split("\n").flatMap(lineOrigins) : [];
}

function lineOrigins(line: string): readonly AptOrigin[] {
  const [, uri, suite] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+\S/.exec(line) ?? [];
  return uri !== undefined && suite !== undefined ? [{ uri, suite }] : [];
}

function stanzaOrigins(stanza: string): readonly AptOrigin[] {
  const field = (name: string): readonly string[] =>
    new RegExp(`^${name}:(.*)$`, "im").exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
  if (!field("Types").includes("deb") || field("Enabled")[0] === "no") return [];
  return field("URIs").flatMap((uri) => field("Suites").map((suite) => ({ uri, suite })));
}

/**
 * Debian's archive is served below `/debian` and `/debian-security` by every mirror of it, and as it was at a time below
 * that by snapshot.debian.org.
 */
function isDebian(origin: AptOrigin): boolean {
  return /\/debian(-security)?\/?$/.test(origin.uri) || snapshot.test(origin.uri);
}

const snapshot = /\/debian(-security)?\/\d{8}T\d{6}Z\/?$/;

function pocketOf(suite: string): string {
  return /(-updates|-security|-backports.*|-proposed.*)$/.exec(suite)?.[0] ?? "";
}
