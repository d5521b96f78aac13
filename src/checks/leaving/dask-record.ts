import type { Pod } from "../../kube/objects.ts";
import type { Told } from "./dask-client.ts";
import { hostOf } from "./required-workers.ts";

/** One worker's share of a computation. */
export interface Share {
  /** The worker's address. */
  readonly address: string;
  /** The pod that it is in; undefined for none of those that were looked at. */
  readonly pod: string | undefined;
  /** What tells its process from others: host name and process id; its address, where it did not say. */
  readonly process: string;
  /** The keys of the tasks that it ran. */
  readonly tasks: readonly string[];
}

/** Who ran what, by the scheduler's own record. */
export function sharesOf({ ran = [], processes = {} }: Told, pods: readonly Pod[]): readonly Share[] {
  const addresses = [...new Set(ran.map(([address]) => address))];
  return addresses.map((address) => {
    const pod = pods.find(({ status }) => status?.podIP !== undefined && status.podIP === hostOf(address));
    const tasks = ran.filter(([worker]) => worker === address).map(([, key]) => key);
    const process = processes[address]?.join(" ") ?? address;
    return { address, pod: pod?.metadata.name, process, tasks };
  });
}

/** "dask-worker-a 8, dask-worker-b 9". */
export function describeShares(shares: readonly Share[]): string {
  return shares.map(({ pod, address, tasks }) => `${pod ?? address} ${String(tasks.length)}`).join(", ");
}
