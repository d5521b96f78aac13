import { spawnSync } from "node:child_process";
import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** Where the tools that are Python packages are, and how they are started. */
export interface PythonTools {
  /** ruff and shellcheck, which are programs of their own. */
  readonly bin: string;
  /** For `python3 -m pytest`. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Brings ruff, pytest and shellcheck into labctl's home, as scripts/python-tools.txt pins them by hash; nothing is installed
 * into any Python of the machine. What is there already stays.
 * @throws Error with pip's last words when they cannot be had.
 */
export async function ensurePythonTools(home: string): Promise<PythonTools> {
  const folder = join(home, "python");
  const wanted = join(import.meta.dirname, "python-tools.txt");
  const installed = join(folder, "installed.txt");
  const tools = { bin: join(folder, "bin"), env: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" } };
  const [text, has] = await Promise.all([
    readFile(wanted, "utf8"),
    readFile(installed, "utf8").catch(() => undefined),
  ]);
  if (text === has) return tools;
  await rm(folder, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--root-user-action=ignore"];
  const { status, stderr } = spawnSync(
    "python3",
    [...pip, "--no-deps", "--only-binary=:all:", "--require-hashes", "--target", folder, "-r", wanted],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The tools of ${wanted} cannot be installed.\n${stderr.trim()}`);
  await cp(wanted, installed);
  return tools;
}
