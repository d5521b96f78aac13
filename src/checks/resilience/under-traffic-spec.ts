import { z } from "zod";

/** The fields of a check that puts traffic on a Service. */
export const trafficFields = {
  service: z.string().min(1).describe("What the traffic goes through."),
  port: z.int().min(1).max(65535).default(80).describe("Of the Service."),
  path: z.string().startsWith("/").default("/"),
  perSecond: z.int().min(1).max(500).default(50).describe("Requests a second, each on its own connection."),
};
