import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { LabDefinitionError } from "../errors.ts";
import { requirePlain } from "../plain-files.ts";

/** A file that goes to a program's pod. */
export interface ProgramFile {
  /** Below the folder that the program runs in: `checks/computes.py`. */
  readonly path: string;
  readonly content: Buffer;
}

/** Where the pod has the helper module for Python; on PYTHONPATH. */
export const runtimeFolder = "labctl";

/** Bytes of all files of a lab's checks/. */
const maxBytes = 1024 * 1024;

/**
 * All that a lab's programs may need: its checks/ without tests, and the helper module.
 * @throws LabDefinitionError when there is no such folder, it is too large to be sent each time, or has links in it.
 */
export async function readProgramFiles(labFolder: string): Promise<readonly ProgramFile[]> {
  const root = join(labFolder, "checks");
  await requirePlain(root, "checks");
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => {
    throw broken("the lab has programs, but no folder checks/");
  });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !isForTests(path))
    .sort();
  const own = await Promise.all(
    paths.map(async (path) => ({ path: relative(labFolder, path), content: await readFile(path) })),
  );
  const bytes = own.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > maxBytes) {
    throw broken(`its files have ${String(bytes)} bytes together; at most ${String(maxBytes)} are sent`);
  }
  const helper = await readFile(join(import.meta.dirname, "runtime", "labctl.py"));
  return [...own, { path: `${runtimeFolder}/labctl.py`, content: helper }];
}

/** What pytest collects and what it leaves behind. */
function isForTests(path: string): boolean {
  return path.endsWith("_test.py") || basename(path) === "conftest.py" || path.includes("__pycache__");
}

function broken(message: string): LabDefinitionError {
  return new LabDefinitionError([{ file: "checks/", message }]);
}
