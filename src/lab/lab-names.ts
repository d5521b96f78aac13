import { glob } from "node:fs/promises";
import { basename, dirname } from "node:path";

/**
 * The labs' ids from their folders' names alone (`03-nginx-deployment` → `nginx-deployment`): quick, for completion.
 * @param labs the folder that holds them.
 */
export async function labNames(labs: string): Promise<readonly string[]> {
  return (await labFolders(labs)).map((name) => name.slice(3)).sort();
}

/** The numbers that are taken: `03-nginx-deployment` has 3. */
export async function labNumbers(labs: string): Promise<readonly number[]> {
  return (await labFolders(labs)).map(numberOf);
}

/** The number of a lab's folder: 3 for `03-nginx-deployment`. */
export function numberOf(folder: string): number {
  return Number.parseInt(basename(folder), 10);
}

async function labFolders(labs: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of glob("[0-9][0-9]-*/lab.yaml", { cwd: labs })) names.push(basename(dirname(file)));
  return names;
}
