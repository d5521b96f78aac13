import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The labs' ids from their folders' names alone (`03-nginx-deployment` → `nginx-deployment`): quick, for completion. */
export async function labNames(project: string): Promise<readonly string[]> {
  const folders = await readdir(join(project, "labs"), { withFileTypes: true });
  return folders
    .filter((entry) => entry.isDirectory() && /^\d\d-/.test(entry.name))
    .map((entry) => entry.name.slice(3))
    .sort();
}
