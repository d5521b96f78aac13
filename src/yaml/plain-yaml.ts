/** YAML as data, where nobody asks for the line of anything. */
import { dump, load, loadAll } from "js-yaml";

/** @throws Error for what is no YAML; its message says where. */
export function readYaml(text: string): unknown {
  return load(text);
}

/** All documents of a file. @throws Error for what is no YAML; its message says where. */
export function readAllYaml(text: string): readonly unknown[] {
  return loadAll(text);
}

/** @param options `skipInvalid` leaves out what YAML has no word for. */
export function writeYaml(data: unknown, options: { readonly skipInvalid?: boolean } = {}): string {
  return dump(data, options);
}
