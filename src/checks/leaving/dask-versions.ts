import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import type { Versions } from "./dask-client.ts";
import { hostOf } from "./required-workers.ts";

type Packages = Versions["client"];

/**
 * What the scheduler and the workers have in another version than labctl's client. Dask sends Python objects about:
 * what one version has written another need not understand.
 */
export function differingVersions(
  { namespace }: CheckContext,
  { client, scheduler, workers }: Versions,
  pods: readonly Pod[],
): readonly CheckFinding[] {
  const next = `kubectl -n ${namespace} get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image`;
  const finding = (who: string, object: string, other: Packages): readonly CheckFinding[] => {
    const differing = Object.entries(client).filter(
      ([name, version]) => version !== null && (other[name] ?? null) !== version,
    );
    if (differing.length === 0) return [];
    const has = differing.map(([name]) => `${name} ${other[name] ?? "not at all"}`).join(", ");
    const expected = differing.map(([name, version]) => `${name} ${version ?? ""}`).join(", ");
    const message = `${who} has ${has}; client and scheduler of one cluster and all its workers need the same, and the client has ${expected}.`;
    return [{ object, path: "versions", expected, actual: has, message, next }];
  };
  const ofWorkers = Object.entries(workers).flatMap(([address, has]) => {
    const pod = pods.find(({ status }) => status?.podIP !== undefined && status.podIP === hostOf(address));
    const name = pod?.metadata.name ?? address;
    return finding(`Worker ${name}`, pod ? `Pod/${name}` : `Worker/${name}`, has);
  });
  return [...finding("The scheduler", "Scheduler/dask", scheduler), ...ofWorkers];
}
