import { z } from "zod";
import { defineCheck } from "../check.ts";
import { via } from "./via-spec.ts";
import { expectation } from "./expectation.ts";
import { jsonConditions } from "./json-answer.ts";
import { reach } from "./reach-spec.ts";

const spec = z
  .strictObject({
    kind: z.literal("http"),
    via: via.describe(
      "The way in: a Service's address, its port on every node, or the ingress controller by host.",
    ),
    method: z
      .enum(["GET", "POST", "PUT", "PATCH", "DELETE"])
      .default("GET")
      .describe("It may be asked more than once: what a request changes should be the same the second time."),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, "a header's name"), z.string()).default({}),
    body: z.string().optional().describe("Sent as it is; headers say what it is."),
    json: z.json().optional().describe("Sent as JSON, in place of a body."),
    expect: expectation
      .extend({ json: jsonConditions.optional().describe("What holds for the body, read as JSON.") })
      .describe("What answers; headers and body are regular expressions."),
    reaches: reach.optional().describe("Whose pods really answered."),
    not: z.boolean().default(false).describe("Turns it round: this way in must not give what is expected."),
  })
  .refine(({ body, json }) => body === undefined || json === undefined, "either a body or json")
  .refine(
    ({ method, body, json }) => method !== "GET" || (body === undefined && json === undefined),
    "what is sent needs a method: POST, PUT, PATCH or DELETE",
  );

export type Spec = z.infer<typeof spec>;

/** A request on one of the ways into the cluster. */
export const http = defineCheck({
  kind: "http",
  does: "looks",
  summary:
    "A request through a Service, a node port or the ingress controller is answered, by the pods it should reach.",
  spec,
  observer: () => import("./http.ts"),
});
