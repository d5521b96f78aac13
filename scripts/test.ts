/**
 * `node scripts/test.ts [stage…]`: runs all stages, or those named, one after the other, each to its end.
 * The last line is `N passed, N failed`: every test of vitest counts, and every other stage as one.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createExec } from "../src/exec/execa-exec.ts";
import { systemClock } from "../src/system-clock.ts";
import { createLineProgress } from "../src/terminal/line-progress.ts";
import { ensureTools } from "../src/tools/host-tools.ts";
import { engineNetwork } from "./engine-network.ts";
import { ensurePythonTools } from "./python-tools.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** What failed, a line each: told again at the end, where somebody looks first. */
  readonly failures?: readonly string[];
}

type Stage = (folder: string) => Promise<Count>;

const stages: Readonly<Record<string, Stage>> = {
  format: () => command(["prettier", "--check", "."]),
  lint: () => command(["eslint", "."]),
  types: () => command(["tsc", "--noEmit"]),
  generated: () => command([process.execPath, "scripts/generate.ts", "--check"]),
  programs: lintPrograms,
  unit: async (folder) => plus(await tests("unit", folder), await testPrograms(folder)),
  integration,
  e2e: (folder) => tests("e2e", folder),
  charts: async (folder) => {
    const linted = await lintCharts();
    return plus(linted, await tests("charts", folder));
  },
};

const home = process.env["LABCTL_HOME"] ?? join(homedir(), ".labctl");

/** Enough to see why; the whole of it stands above. */
const failureLength = 600;

const folder = await mkdtemp(join(tmpdir(), "labctl-test-"));
const asked = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const failures: string[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(stages)) {
  process.stdout.write(`\n== ${name}\n`);
  const count = (await stages[name]?.(folder)) ?? { passed: 0, failed: 1 };
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed > 0) failures.push(...(count.failures ?? ["see above"]).map((line) => `${name}: ${line}`));
}
for (const line of failures) process.stdout.write(`failed: ${line}\n`);
await rm(folder, { recursive: true });
process.stdout.write(`${String(total.passed)} passed, ${String(total.failed)} failed\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function command(line: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Count> {
  return (await run(line, env)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** What is not TypeScript: Python with ruff, shell with shellcheck, Go with gofmt. */
async function lintPrograms(): Promise<Count> {
  const { bin } = await ensurePythonTools(home);
  const [shell, go] = [await shellScripts(), globSync("images/*/**/*.go")];
  const lines = [
    [join(bin, "ruff"), "check", "--quiet", "."],
    [join(bin, "ruff"), "format", "--check", "--quiet", "."],
    [join(bin, "shellcheck"), "--severity=warning", ...shell],
    // gofmt names what is not formatted and ends with 0.
    ["sh", "-c", 'out=$("$0" -l "$@") && [ -z "$out" ] || { echo "gofmt -w $out"; exit 1; }', gofmt(), ...go],
  ];
  let total = { passed: 0, failed: 0 };
  for (const line of lines) total = plus(total, await command(line));
  return total;
}

/** Scripts say so in their first line. */
async function shellScripts(): Promise<readonly string[]> {
  const folders = "{.ci,images/*,images/*/files,scripts}";
  const files = globSync(["labctl", `${folders}/*`]).filter((file) => statSync(file).isFile());
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return files.filter((_, index) => /^#!\/bin\/(?:ba)?sh\b/.test(texts[index] ?? ""));
}

/** Of the Go that scripts/bootstrap chose. */
function gofmt(): string {
  const go = process.env["LABCTL_GO"];
  return go === undefined ? "gofmt" : join(dirname(go), "gofmt");
}

/** The programs of labs and images, with pytest and `go test`. */
async function testPrograms(folder: string): Promise<Count> {
  const { env } = await ensurePythonTools(home);
  const report = join(folder, "pytest.xml");
  const exitCode = await run(["python3", "-m", "pytest", "-q", `--junit-xml=${report}`], env);
  const text = existsSync(report) ? await readFile(report, "utf8") : "";
  const of = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  const failed = of("failures") + of("errors");
  const python = {
    passed: of("tests") - failed - of("skipped"),
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
  };
  const [go, cache] = [process.env["LABCTL_GO"] ?? "go", join(home, "cache", "go")];
  const caches = { GOPATH: cache, GOMODCACHE: join(cache, "mod"), GOCACHE: join(cache, "build") };
  let total: Count = python;
  for (const module of new Set(globSync("images/*/*_test.go").map((file) => dirname(file))))
    total = plus(total, await command([go, "-C", module, "test", "./..."], caches));
  return total;
}

/** Tests in the engine's network, and those of an engine of their own on the host, which need root. */
async function integration(folder: string): Promise<Count> {
  const network = await engineNetwork();
  if (!network) return { passed: 0, failed: 1 };
  const inside = await tests("integration", folder, network.enter);
  if (network.kind === "host") {
    process.stdout.write(
      "The private engine is not tried where the engine is the host's: it would install its own.\n",
    );
    return inside;
  }
  const withEngine = (line: readonly string[]) => ["env", `DOCKER_HOST=${network.dockerHost}`, ...line];
  const onHost = await tests("integration-on-host", folder, withEngine);
  return plus(inside, onHost);
}

function plus(one: Count, other: Count): Count {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    failures: [...(one.failures ?? []), ...(other.failures ?? [])],
  };
}

/** A stage that crashes, and so writes no report or ends badly with none failed, counts as one failure. */
async function tests(
  project: string,
  folder: string,
  started = (line: readonly string[]) => line,
): Promise<Count> {
  const report = join(folder, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = [process.execPath, "node_modules/vitest/vitest.mjs"];
  const exitCode = await run(started([...vitest, "run", "--project", project, ...reporters]));
  const count = existsSync(report) ? countTests(await readFile(report, "utf8")) : { passed: 0, failed: 0 };
  return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** vitest's report in JSON, in which everything of jest's is. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function countTests(report: string): Count {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report) as Report;
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages: [message = ""] }) => {
      return `${fullName}: ${message.replaceAll(/\s+/g, " ").slice(0, failureLength)}`;
    });
  return { passed: numPassedTests, failed: numFailedTests, failures: failed };
}

/** With labctl's own helm, built where it is missing: ours, and those that solutions hold. */
async function lintCharts(): Promise<Count> {
  const files = globSync([
    "charts/*/Chart.yaml",
    "images/charts/*/*/Chart.yaml",
    "labs/*/solution/*/Chart.yaml",
  ]);
  await buildTool("helm", home);
  const charts = files.map((file) => join(file, ".."));
  return command([join(home, "bin", "helm"), "lint", "--strict", "--quiet", ...charts]);
}

async function buildTool(name: string, home: string): Promise<void> {
  const { env } = process;
  const exec = createExec({ env, isRoot: process.getuid?.() === 0 });
  const places = { home, project: process.cwd(), labs: "labs", labFiles: process.cwd() };
  const stream = { isTTY: false, columns: 80, write: (text: string) => void process.stderr.write(text) };
  const parts = { exec, env, places, clock: systemClock, signal: new AbortController().signal };
  await ensureTools([name], parts, createLineProgress(stream, systemClock));
}

function run(
  [file = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", (error) => {
      process.stdout.write(`${error.message}\n`);
      resolve(1);
    });
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}
