import { z } from "zod";
import { defineCheck } from "../check.ts";

const spec = z.strictObject({
  kind: z.literal("tls-certificate"),
  host: z.string().min(1).describe("The server name that a browser asks for."),
  secret: z
    .string()
    .min(1)
    .describe(
      "The Secret whose tls.crt has to be shown, to the byte, because an Ingress names it in spec.tls.",
    ),
  given: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe(
      "SHA-256 of the certificate that start/ gives, in hex: with another one the Secret does not count.",
    ),
});

export type Spec = z.infer<typeof spec>;

/** What the front door shows for a name. */
export const tlsCertificate = defineCheck({
  kind: "tls-certificate",
  does: "looks",
  summary:
    "The lab's front door shows exactly the certificate of a Secret for a server name, because an Ingress names that Secret, and not for every other name as well.",
  spec,
  observer: () => import("./tls-certificate.ts"),
});
