import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EnvironmentError } from "../../errors.ts";
import { exists } from "../../exists.ts";
import { digestOf, digestOfFolder } from "../../oci/content-digest.ts";
import { goDownloads, goPackages } from "./go-progress.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import type { Workshop } from "./source.ts";

export interface GoPrograms {
  /** Absolute path of the folder with go.mod. */
  readonly module: string;
  /** Name of the program → package. */
  readonly packages: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Added to `-s -w`. */
  readonly ldflags: string;
}

export interface GoBinary {
  readonly name: string;
  readonly package: string;
  /** Where the finished program lies, whatever its name: module, package, tags and flags decide. */
  readonly path: string;
  /** Whether it was compiled before. */
  readonly isBuilt: boolean;
}

/** Files of a module's folder that do not change what is compiled from it. */
const notCompiled = ["image.yaml", "tool.yaml", "Dockerfile", "README.md"];

/** Where the programs lie or will lie; compiles nothing. */
export async function locateGoBinaries(programs: GoPrograms, cache: string): Promise<readonly GoBinary[]> {
  const module = await digestOfFolder(programs.module, notCompiled);
  const located = Object.entries(programs.packages).map(async ([name, goPackage]) => {
    const key = digestOf([module, goPackage, programs.tags, programs.ldflags]).slice(0, 16);
    const path = join(cache, "bin", key, "program");
    return { name, package: goPackage, path, isBuilt: await exists(path) };
  });
  return Promise.all(located);
}

/**
 * The compiled programs. What was compiled before is taken from the cache; the rest is one `go build`, so that the
 * programs share what they have in common. It takes every core: never call it twice at once.
 * @throws EnvironmentError without Go, without the module proxy, or with the compiler's last lines.
 */
export async function goBinaries(
  programs: GoPrograms,
  workshop: Workshop,
  detail: (text: string) => void,
): Promise<readonly GoBinary[]> {
  const binaries = await locateGoBinaries(programs, workshop.cache);
  const missing = binaries.filter(({ isBuilt }) => !isBuilt);
  if (missing.length === 0) return binaries;
  const what = missing.map(({ name }) => name).join(", ");
  const output = join(workshop.cache, "bin", "partial");
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await fromRegistry({ registry: "the Go module proxy", what }, () =>
    compile({ ...programs, what, output, packages: missing.map((each) => each.package) }, workshop, detail),
  );
  await collect(output, missing, await moduleName(programs.module));
  return binaries.map((binary) => ({ ...binary, isBuilt: true }));
}

interface Compilation extends Pick<GoPrograms, "module" | "tags" | "ldflags"> {
  readonly what: string;
  readonly output: string;
  readonly packages: readonly string[];
}

async function compile(work: Compilation, workshop: Workshop, detail: (text: string) => void): Promise<void> {
  const { exec, signal } = workshop;
  const go = await findGo(workshop);
  const tags = `-tags=${work.tags.join(",")}`;
  const options = { cwd: work.module, env: goEnvironment(workshop.cache), ...(signal && { signal }) };
  detail(`modules of ${work.what}`);
  const list = [go, "list", "-deps", tags, "--", ...work.packages];
  const { stdout } = await exec.run(list, { ...options, onLine: goDownloads(detail) });
  const total = stdout.split("\n").length;
  const flags = ["-trimpath", "-buildvcs=false", tags, `-ldflags=${`-s -w ${work.ldflags}`.trim()}`];
  const build = [go, "build", "-v", ...flags, "-o", `${work.output}/`, "--", ...work.packages];
  await exec.run(build, { ...options, onLine: goPackages({ ...work, total }, detail) });
}

async function collect(output: string, binaries: readonly GoBinary[], module: string): Promise<void> {
  for (const binary of binaries) {
    await mkdir(dirname(binary.path), { recursive: true });
    await rename(join(output, executableName(binary.package, module)), binary.path);
  }
  await rm(output, { recursive: true, force: true });
}

/** As `go build` calls the program of a package: its path's last part that is not a major version. */
export function executableName(goPackage: string, module: string): string {
  const parts = (goPackage === "." ? module : goPackage).split("/");
  const named = parts.length > 1 && /^v[2-9]\d*$/.test(parts.at(-1) ?? "") ? parts.slice(0, -1) : parts;
  return named.at(-1) ?? goPackage;
}

async function moduleName(folder: string): Promise<string> {
  const text = await readFile(join(folder, "go.mod"), "utf8");
  return /^module\s+(\S+)/m.exec(text)?.[1] ?? "";
}

function goEnvironment(cache: string): Record<string, string> {
  return {
    CGO_ENABLED: "0",
    GOOS: "linux",
    GOARCH: "amd64",
    // -modcacherw: a read-only module cache could not be deleted again without chmod.
    GOFLAGS: "-mod=readonly -modcacherw",
    GOWORK: "off",
    // Where the checksum database is remembered.
    GOPATH: join(cache, "go"),
    GOMODCACHE: join(cache, "go", "mod"),
    GOCACHE: join(cache, "go", "build"),
  };
}

async function findGo(workshop: Workshop): Promise<string> {
  const go = workshop.env["GO"] ?? (await workshop.exec.which("go"));
  if (go !== undefined) return go;
  throw new EnvironmentError({
    message: "Go is not installed; what labctl needs cannot be compiled.",
    lastSeen: "neither GO names it nor is `go` on PATH",
    hint: "Bring one into labctl's own folder with: make setup",
  });
}
