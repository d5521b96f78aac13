import { didYouMean } from "../did-you-mean.ts";
import { LabDefinitionError, UsageError } from "../errors.ts";
import type { Catalogue } from "./discover.ts";
import { numberOf } from "./lab-names.ts";
import type { Lab } from "./schema.ts";

export { didYouMean };

/**
 * The lab of this id, or of this number: `ingress`, `5`.
 * @throws LabDefinitionError when its folder is there, but its lab.yaml is broken.
 * @throws UsageError when there is none, with the nearest id.
 */
export function findLab({ labs, problems }: Catalogue, id: string): Lab {
  const isNumber = /^\d+$/.test(id);
  const lab = labs.find((each) => (isNumber ? numberOf(each.folder) === Number(id) : each.id === id));
  if (lab) return lab;
  const own = problems.filter(({ file }) => file.replace(/^\d+-/, "").split("/")[0] === id);
  if (own.length > 0) throw new LabDefinitionError(own);
  const near = didYouMean(
    id,
    labs.map((candidate) => candidate.id),
  );
  throw new UsageError({
    message: `There is no lab "${id}".`,
    ...(near === undefined ? {} : { lastSeen: `Did you mean "${near}"?` }),
    hint: "labctl list",
  });
}
