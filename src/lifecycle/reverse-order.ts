import { chooseExercises } from "../grade/choose-exercises.ts";
import type { Lab } from "../lab/schema.ts";
import type { StepGroup } from "../lab/solution-schema.ts";

/**
 * The last group first, as far as each may come before the others: after it come what is required of its exercises,
 * what it names in `after`, and other groups of the same exercises, if they have come before it so far.
 */
export function reverseOrder(
  groups: readonly StepGroup[],
  lab: Pick<Lab, "exercises">,
): readonly StepGroup[] {
  const left = [...groups];
  const order: StepGroup[] = [];
  while (left.length > 0) {
    // The first one waits for nobody, so there is always one.
    const next = left.findLastIndex((group, index) => {
      const needed = neededFor(group, lab);
      return !left.slice(0, index).some((earlier) => earlier.exercises.some((id) => needed.includes(id)));
    });
    order.push(...left.splice(next, 1));
  }
  return order;
}

/** Its own exercises, too: two groups of one exercise are steps of one thing. */
function neededFor({ exercises, after }: StepGroup, lab: Pick<Lab, "exercises">): readonly string[] {
  return chooseExercises(lab, [...exercises, ...after]).map(({ id }) => id);
}
