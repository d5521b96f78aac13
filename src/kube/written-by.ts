/** Who has written what of an object, as the API server notes it: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
import type { KubeObject, ManagedFields } from "./objects.ts";

/** How labctl calls itself where it writes. */
export const ownManager = "labctl";

/** Who has written an object's status. */
export function statusWriters(object: KubeObject): ReadonlySet<string> {
  return writers(object, ({ subresource }) => subresource === "status");
}

/**
 * Who has written a field, or what is below it.
 * @param path as managed fields write it: `["f:spec", "f:template"]`.
 */
export function fieldWriters(object: KubeObject, path: readonly string[]): ReadonlySet<string> {
  return writers(object, ({ fieldsV1 }) => has(fieldsV1, path));
}

function writers(
  { metadata: { managedFields = [] } }: KubeObject,
  which: (entry: ManagedFields) => boolean,
): ReadonlySet<string> {
  return new Set(managedFields.filter(which).map(({ manager = "" }) => manager));
}

function has(fields: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (typeof fields !== "object" || fields === null || !Object.hasOwn(fields, first)) return false;
  return has((fields as Readonly<Record<string, unknown>>)[first], rest);
}
