/** What facts look like in lab.yaml. A new kind is one here, a file beside that finds it out, and a line in index.ts. */
import { z } from "zod";

const word = z.string().min(1);
const apiVersion = word.optional().describe("Needed for kinds beyond the common ones.");

const deploymentPods = z.union([
  z.strictObject({
    deployment: word,
    atLeast: z.int().nonnegative().default(1).describe("0: where none is there, none is the fact."),
  }),
  z.strictObject({ deployment: word, exactly: z.int().positive() }),
]);

const servicePods = z.strictObject({
  service: word,
  image: word.optional().describe("They have to run this one, by its digest; waits while one starts."),
});

export const factSpecs = {
  service: z.strictObject({
    service: word.describe("A Service with an address of its own."),
    port: z.int().min(1).max(65535).optional().describe("It has to have this one; its first one by default."),
  }),
  pods: z.strictObject({ pods: z.union([...deploymentPods.options, servicePods]).describe("Ready ones.") }),
  secret: z.strictObject({
    secret: word.describe("Its values are decoded."),
    keys: z.array(word).min(1).optional().describe("It has to have these; all by default."),
  }),
  ingress: z.strictObject({
    ingress: word.describe("A host, which a rule has to be for."),
    path: z.string().startsWith("/").default("/").describe("The rule has to cover it."),
  }),
  job: z.strictObject({ job: word.describe("One that has ended well.") }),
  object: z.strictObject({ object: z.strictObject({ apiVersion, kind: word, name: word }) }),
  objects: z.strictObject({
    objects: z.strictObject({
      apiVersion,
      kind: word,
      labelSelector: word.optional().describe("As kubectl takes it: `app=web,tier!=db`."),
    }),
  }),
};

export type DeploymentPods = z.infer<typeof deploymentPods>;
export type ServicePods = z.infer<typeof servicePods>;
/** What stands in lab.yaml for a kind of fact. */
export type FactSpec<Key extends keyof typeof factSpecs> = z.infer<(typeof factSpecs)[Key]>;

export const fact = z.union([
  factSpecs.service,
  factSpecs.pods,
  factSpecs.secret,
  factSpecs.ingress,
  factSpecs.job,
  factSpecs.object,
  factSpecs.objects,
]);

export type Fact = z.infer<typeof fact>;
