import { runLabctlAloud } from "./run-labctl.ts";

/** Before the end-to-end tests: the cluster that they share. It stays, so that the next run is quicker. */
export default async function bringClusterUp(): Promise<void> {
  const { exitCode } = await runLabctlAloud("up");
  if (exitCode !== 0) throw new Error("labctl up brought no cluster up; why stands above.");
}
