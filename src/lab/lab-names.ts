import { glob } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The labs' ids from their folders' names alone (`03-nginx-deployment` → `nginx-deployment`): quick, for completion. */
export async function labNames(project: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of glob("[0-9][0-9]-*/lab.yaml", { cwd: join(project, "labs") })) {
    names.push(basename(dirname(file)).slice(3));
  }
  return names.sort();
}
