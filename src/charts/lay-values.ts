import { isMap, parse, parseDocument, type Document } from "yaml";

/**
 * Values over others, as `helm --values` lays them: maps are merged, all else is replaced. What stays keeps its
 * comments, which is what `helm show values` is read for.
 */
export function layValues(under: string, over: string): string {
  const document = parseDocument(under);
  if (!isMap(document.contents)) return over;
  lay(document, [], parse(over));
  return document.toString({ lineWidth: 0 });
}

function lay(document: Document, path: readonly string[], value: unknown): void {
  const there = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isTree(value)) document.setIn(path, document.createNode(value));
  else if (isMap(there) && there.items.length > 0)
    for (const [key, inner] of Object.entries(value)) lay(document, [...path, key], inner);
  else if (path.length > 0) document.setIn(path, document.createNode(value));
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
