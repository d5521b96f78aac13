import { z } from "zod";
import type { Hub, HubAnswer } from "./hub.ts";
import type { HubSession } from "./hub-session.ts";

/** Where Dask Gateway is below the hub's host. */
export const gatewayPrefix = z
  .string()
  .startsWith("/")
  .default("/services/dask-gateway")
  .describe("Where the gateway is below the hub's host.");

/** Dask Gateway's REST API, as one user or as nobody: what its own client asks. */
export interface Gateway {
  create(): Promise<HubAnswer & { readonly name: string | undefined }>;
  read(cluster: string): Promise<HubAnswer>;
  scale(cluster: string, count: number): Promise<HubAnswer>;
  stop(cluster: string): Promise<HubAnswer>;
  /** Names of the user's clusters that start or run. */
  names(): Promise<readonly string[]>;
}

const created = z.object({ name: z.string() });
const listed = z.record(z.string(), z.unknown());

/** @param authorization the whole header; left out: as somebody without a token. */
export function openGateway(hub: Hub, prefix: string, authorization?: string): Gateway {
  const clusters = `${prefix}/api/v1/clusters/`;
  const as = { authorization };
  return {
    create: async () => {
      const answer = await hub.ask({ ...as, method: "POST", path: clusters, send: {} });
      return { ...answer, name: created.safeParse(answer.json).data?.name };
    },
    read: (cluster) => hub.ask({ ...as, path: `${clusters}${cluster}` }),
    scale: (cluster, count) =>
      hub.ask({ ...as, method: "POST", path: `${clusters}${cluster}/scale`, send: { count } }),
    stop: (cluster) => hub.ask({ ...as, method: "DELETE", path: `${clusters}${cluster}` }),
    names: async () =>
      Object.keys(listed.safeParse((await hub.ask({ ...as, path: clusters })).json).data ?? {}),
  };
}

/** How the hub's users prove to the gateway who they are. */
export function asHubUser({ token }: HubSession): string {
  return `jupyterhub ${token}`;
}

/** The name of a cluster's object: the gateway calls a cluster `<namespace>.<name>`. */
export function clusterId(cluster: string): string {
  return cluster.slice(cluster.indexOf(".") + 1);
}
