import { readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { readAllYaml } from "../yaml/plain-yaml.ts";
import { LabDefinitionError } from "../errors.ts";
import { readPlainText, requirePlain } from "../plain-files.ts";
import { isKubeObject, type KubeObject } from "../kube/objects.ts";

/**
 * The objects of a folder's YAML files, by file name, `steps.yaml` aside; none where there is no such folder.
 * @throws LabDefinitionError with links and the like, which are not followed, too.
 */
export async function loadManifests(folder: string): Promise<readonly KubeObject[]> {
  await requirePlain(folder, relative(dirname(dirname(folder)), folder));
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name) && name !== "steps.yaml").sort();
  return (await Promise.all(files.map((name) => loadManifest(join(folder, name))))).flat();
}

/** The objects of one YAML file, in their order. @throws LabDefinitionError for a link, too. */
export async function loadManifest(path: string): Promise<readonly KubeObject[]> {
  const file = relative(dirname(dirname(dirname(path))), path);
  await requirePlain(path, file);
  const documents = parse(await readPlainText(path, file), file).filter(
    (document) => document !== null && document !== undefined,
  );
  if (isTooMuch(documents)) {
    const message = "its aliases make more of it than the API server takes";
    throw new LabDefinitionError([{ file, message }]);
  }
  const objects = documents.filter(isKubeObject);
  if (objects.length < documents.length) {
    const message = "an object needs apiVersion, kind and metadata.name";
    throw new LabDefinitionError([{ file, message }]);
  }
  return objects;
}

/** Far more than an object of the largest size has. */
const maxValues = 500_000;

/** A few lines of aliases stand for more than any memory holds, or for something without an end. */
function isTooMuch(value: unknown): boolean {
  const left = [value];
  for (let seen = 0; left.length > 0; seen++) {
    if (seen > maxValues) return true;
    const next = left.pop();
    if (typeof next === "object" && next !== null) left.push(...(Object.values(next) as unknown[]));
  }
  return false;
}

function parse(text: string, file: string): readonly unknown[] {
  try {
    return readAllYaml(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : `${basename(file)} is no YAML`;
    throw new LabDefinitionError([{ file, message }]);
  }
}
