import { z } from "zod";

/** How many Ready pods there have to be: `{ exactly: 3 }` or `{ atLeast: 3 }`. */
export const replicas = z.union([
  z.strictObject({ exactly: z.int().positive() }),
  z.strictObject({ atLeast: z.int().positive() }),
]);

export type Replicas = z.infer<typeof replicas>;

export function wantedReplicas(wanted: Replicas): number {
  return "exactly" in wanted ? wanted.exactly : wanted.atLeast;
}

export function satisfiesReplicas(wanted: Replicas, count: number): boolean {
  return "exactly" in wanted ? count === wanted.exactly : count >= wanted.atLeast;
}

/** "3 Ready pods", "at least 3 Ready pods". */
export function describeReplicas(wanted: Replicas): string {
  const count = wantedReplicas(wanted);
  return `${"exactly" in wanted ? "" : "at least "}${String(count)} Ready pod${count === 1 ? "" : "s"}`;
}
