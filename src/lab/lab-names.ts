import { glob } from "node:fs/promises";
import { basename, dirname } from "node:path";

/**
 * The labs' ids from their folders' names alone (`03-nginx-deployment` → `nginx-deployment`): quick, for completion.
 * @param labs the folder that holds them.
 */
export async function labNames(labs: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of glob("[0-9][0-9]-*/lab.yaml", { cwd: labs })) {
    names.push(basename(dirname(file)).slice(3));
  }
  return names.sort();
}
