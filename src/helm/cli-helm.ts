import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readAllYaml, readYaml } from "../yaml/plain-yaml.ts";
import { CommandFailedError, EnvironmentError } from "../errors.ts";
import type { Exec } from "../exec/exec.ts";
import { requirePlain } from "../plain-files.ts";
import { createTemporaryFolder } from "../temporary-folder.ts";
import { helmHomes } from "./helm-homes.ts";
import type { Helm, LintedChart, PublishedChart } from "./helm.ts";
import type { ChartFile, Values } from "./release.ts";

interface CliHelmParts {
  readonly exec: Exec;
  readonly signal: AbortSignal;
  readonly home: string;
}

/** Helm as labctl has built it, below its home. */
export function createCliHelm(parts: CliHelmParts): Helm {
  return {
    async inspect(reference, version) {
      await requireProgram(parts.home);
      await using folder = await createTemporaryFolder("chart");
      const where = ["--version", version, "--untar", "--untardir", folder.path];
      await run(parts, ["pull", reference, "--plain-http", ...where]);
      const [name = ""] = await readdir(folder.path);
      return await lint(parts, join(folder.path, name));
    },
    async pull(chart, into) {
      await requireProgram(parts.home);
      await using folder = await createTemporaryFolder("chart");
      const archive = await download(parts, chart, folder.path);
      const sha256 = createHash("sha256")
        .update(await readFile(archive))
        .digest("hex");
      if (chart.sha256 !== undefined && chart.sha256 !== sha256) throw another(chart, sha256);
      await mkdir(into, { recursive: true });
      const unpack = [
        "tar",
        "--extract",
        "--gzip",
        "--no-same-owner",
        "--file",
        archive,
        "--directory",
        into,
      ];
      await parts.exec.run(unpack, { signal: parts.signal });
      await requirePlain(join(into, chart.name), chart.name);
      return sha256;
    },
    async publish({ folder, name, version }, to) {
      await requireProgram(parts.home);
      await requirePlain(folder, name);
      await using packed = await createTemporaryFolder("chart");
      await run(parts, ["package", folder, "--destination", packed.path]);
      await run(parts, ["push", join(packed.path, `${name}-${version}.tgz`), to, "--plain-http"]);
    },
  };
}

/** A list of all charts and a few hundred kB: longer than that, and something swallows what is asked. */
const siteAnswersWithinMs = 60_000;

/** @returns the path of its archive. */
async function download(parts: CliHelmParts, chart: PublishedChart, into: string): Promise<string> {
  const { name, repo, version } = chart;
  const command = ["pull", name, "--repo", repo, "--version", version, "--destination", into];
  try {
    await run(parts, command, { timeoutMs: siteAnswersWithinMs });
  } catch (error) {
    throw error instanceof CommandFailedError ? notPulled(chart, error) : error;
  }
  const [archive = ""] = await readdir(into);
  return join(into, archive);
}

function another({ name, repo, version, sha256 = "" }: PublishedChart, seen: string): EnvironmentError {
  return new EnvironmentError({
    message: `The published chart ${name} ${version} of ${repo} is another one than labctl knows.`,
    lastSeen: `its archive has the sha256 ${seen}; known is ${sha256}`,
    hint: ownCharts,
  });
}

const ownCharts = "Take labctl's own charts in their place: labctl up --charts own";

function notPulled({ name, repo, version }: PublishedChart, cause: CommandFailedError): EnvironmentError {
  return new EnvironmentError({
    message: `The published chart ${name} ${version} could not be had from ${repo}.`,
    lastSeen: cause.lastSeen ?? cause.message,
    hint: ownCharts,
    cause,
  });
}

function programOf(home: string): string {
  return join(home, "bin", "helm");
}

async function requireProgram(home: string): Promise<void> {
  try {
    await access(programOf(home));
  } catch (cause) {
    throw new EnvironmentError({
      message: "labctl has not built helm yet.",
      lastSeen: `there is no ${programOf(home)}`,
      hint: "labctl start helm",
      cause,
    });
  }
}

async function lint(parts: CliHelmParts, chart: string): Promise<LintedChart> {
  const { exitCode, stdout } = await run(parts, ["lint", "--strict", chart], { allowFailure: true });
  const complaints = stdout
    .split("\n")
    .filter((line) => /^\[(ERROR|WARNING)\]/.test(line))
    .map((line) => line.replaceAll(`${chart}/`, ""));
  const { name, version } = readYaml(await readFile(join(chart, "Chart.yaml"), "utf8")) as Named;
  return {
    name,
    version,
    values: await readValues(join(chart, "values.yaml")),
    templates: await readTemplates(chart),
    complaints: exitCode === 0 ? [] : complaints.length > 0 ? complaints : [stdout],
  };
}

interface Named {
  readonly name: string;
  readonly version: string;
}

async function readValues(path: string): Promise<Values> {
  const text = await readFile(path, "utf8").catch(() => "");
  // A file of comments alone holds no document.
  return (readAllYaml(text)[0] ?? {}) as Values;
}

async function readTemplates(chart: string): Promise<readonly ChartFile[]> {
  const entries = await readdir(join(chart, "templates"), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .sort()
      .map(async (path) => ({ name: path.slice(chart.length + 1), text: await readFile(path, "utf8") })),
  );
}

function run({ exec, signal, home }: CliHelmParts, args: readonly string[], options = {}) {
  const env = { ...helmHomes(home) };
  return exec.run([programOf(home), ...args], { env, signal, hint: "labctl status", ...options });
}
