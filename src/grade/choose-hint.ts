import type { Exercise } from "../lab/schema.ts";
import type { Finding } from "../report/result.ts";

export interface GivenHint {
  /** Its place in lab.yaml, which the lab's state remembers. */
  readonly index: number;
  readonly text: string;
  /** Its place among the hints that fit now, and how many those are: "2 of 3". */
  readonly number: number;
  readonly of: number;
}

interface Asked {
  readonly exercise: Pick<Exercise, "hints">;
  /** What failed, for hints that say when they fit. */
  readonly findings: readonly Pick<Finding, "reason">[];
  /** The indexes of the hints that were given before. */
  readonly given: readonly number[];
}

/** The next hint: a nudge, then what is about the present failure, then the answer; the last one over and over. */
export function nextHint({ exercise, findings, given }: Asked): GivenHint | undefined {
  const fitting = fittingHints(exercise, findings);
  return fitting.find(({ index }) => !given.includes(index)) ?? fitting.at(-1);
}

/** What a report shows: the furthest of those that were asked for, which cost nothing to see again. */
export function shownHint({ exercise, findings, given }: Asked): GivenHint | undefined {
  return fittingHints(exercise, findings).findLast(({ index }) => given.includes(index));
}

function fittingHints({ hints }: Asked["exercise"], findings: Asked["findings"]): readonly GivenHint[] {
  const all = hints.map((hint, index) => ({ index, hint }));
  const about = all.flatMap(({ index, hint }) =>
    typeof hint !== "string" && findings.some((finding) => isAbout(hint, finding))
      ? [{ index, text: hint.text }]
      : [],
  );
  const [nudge, ...general] = all.flatMap(({ index, hint }) =>
    typeof hint === "string" ? [{ index, text: hint }] : [],
  );
  const fitting = [...(nudge ? [nudge] : []), ...about, ...general];
  return fitting.map((hint, place) => ({ ...hint, number: place + 1, of: fitting.length }));
}

function isAbout(
  hint: Exclude<Exercise["hints"][number], string>,
  { reason }: Pick<Finding, "reason">,
): boolean {
  return [hint.reason].flat().includes(reason);
}
