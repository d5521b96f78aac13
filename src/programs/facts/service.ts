import { findService } from "../../look/find-service.ts";
import type { Resolve } from "./fact.ts";

/** A Service with an address of its own, and how to reach it from any pod. */
export const serviceFact: Resolve<"service"> = async ({ service: name, port }, context) => {
  const found = await findService(context, { service: name, ...(port === undefined ? {} : { port }) });
  if (!found.ok) return found;
  const ports = (found.service.spec.ports ?? []).map((each) => ({ name: each.name, port: each.port }));
  return {
    ok: true,
    value: {
      name,
      host: `${name}.${context.namespace}.svc.cluster.local`,
      address: found.clusterIP,
      port: port ?? ports[0]?.port,
      ports,
    },
  };
};
