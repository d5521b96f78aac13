/** Fields of a Deployment's template that an experiment changes for a while, as data. */
import { z } from "zod";
import type { Change } from "../kube/change-object.ts";
import type { Container, Workload } from "../kube/objects.ts";

const place = z.discriminatedUnion("at", [
  z.object({ at: z.literal("image"), container: z.string() }),
  z.object({ at: z.literal("env"), container: z.string(), name: z.string() }),
  z.object({ at: z.literal("annotation"), name: z.string() }),
]);

/** null: it is not there. */
const value = z.string().nullable();

export const changedField = z.object({ place, was: value, wrote: value });

export type ChangedField = z.infer<typeof changedField>;
type Place = ChangedField["place"];
type Value = string | null;

/** Whether each of the fields has the value that labctl wrote, or that it had before. */
export function allAre(which: "was" | "wrote", workload: Workload, fields: readonly ChangedField[]): boolean {
  return fields.every((field) => valueOf(workload, field.place) === field[which]);
}

/** The patch that gives fields one of their two values; undefined where all have it. */
export function writeFields(
  which: "was" | "wrote",
  workload: Workload,
  fields: readonly ChangedField[],
): Change | undefined {
  const due = fields.filter((field) => valueOf(workload, field.place) !== field[which]);
  if (due.length === 0) return undefined;
  const annotations = due.flatMap(({ place: at, ...field }) =>
    at.at === "annotation" ? [[at.name, field[which]] as const] : [],
  );
  const inContainers = due.filter(({ place: at }) => at.at !== "annotation");
  const containers = inContainers.reduce<readonly Container[]>(
    (all, field) => all.map((each) => withValue(each, field.place, field[which])),
    workload.spec.template.spec.containers,
  );
  return {
    spec: {
      template: {
        ...(annotations.length === 0 ? {} : { metadata: { annotations: Object.fromEntries(annotations) } }),
        // A merge patch replaces a list as a whole.
        ...(inContainers.length === 0 ? {} : { spec: { containers } }),
      },
    },
  };
}

/** Of those, what has the value that labctl wrote: what somebody else has written since is theirs. */
export function stillWritten(workload: Workload, fields: readonly ChangedField[]): readonly ChangedField[] {
  return fields.filter((field) => valueOf(workload, field.place) === field.wrote);
}

function valueOf({ spec: { template } }: Workload, at: Place): Value | undefined {
  if (at.at === "annotation") return template.metadata?.annotations?.[at.name] ?? null;
  const container = template.spec.containers.find(({ name }) => name === at.container);
  if (at.at === "image") return container?.image;
  return container?.env?.find(({ name }) => name === at.name)?.value;
}

function withValue(container: Container, at: Place, wanted: Value): Container {
  if (at.at === "annotation" || container.name !== at.container || wanted === null) return container;
  if (at.at === "image") return { ...container, image: wanted };
  const env = (container.env ?? []).map((each) =>
    each.name === at.name ? { ...each, value: wanted } : each,
  );
  return { ...container, env };
}
