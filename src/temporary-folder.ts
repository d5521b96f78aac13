import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** A new folder that is removed with all that is in it. @param use the first part of its name, after `labctl-`. */
export async function createTemporaryFolder(use: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `labctl-${use}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
