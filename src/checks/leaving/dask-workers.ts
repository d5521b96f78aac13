import { z } from "zod";
import { defineCheck } from "../check.ts";
import { daskCluster } from "./dask-scheduler.ts";
import { requireDaskWorkers } from "./required-workers.ts";

const { service, dashboardPort, deployment } = daskCluster;

const spec = z.strictObject({
  kind: z.literal("dask-workers"),
  service,
  dashboardPort,
  deployment,
  atLeast: z.int().positive().describe("In so many pods."),
});

/** A cluster, as its scheduler tells it: a worker counts where it is in a Ready pod of the Deployment. */
export const daskWorkers = defineCheck({
  kind: "dask-workers",
  summary:
    "A Dask scheduler knows workers in at least so many Ready pods of a Deployment, by their addresses.",
  spec,
  async observe(wanted, context) {
    const found = await requireDaskWorkers(context, wanted);
    return found.ok ? [] : found.findings;
  },
});
