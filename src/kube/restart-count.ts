import type { Pod } from "./objects.ts";

/** How often the containers of a pod were started again, together. */
export function restartCount({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, each) => sum + each.restartCount, 0);
}
