import { z } from "zod";
import { randomSource } from "./random-source.ts";

/** Normal distributions, one a feature, of each kind. */
export const distributions = z.record(
  z.string(),
  z.strictObject({ means: z.array(z.number()).min(1), deviations: z.array(z.number().nonnegative()).min(1) }),
);

export interface Sample {
  readonly features: readonly number[];
  readonly kind: string;
}

interface Drawing {
  readonly from: z.infer<typeof distributions>;
  readonly count: number;
  /** The same word, the same samples. */
  readonly seed: string;
}

/** Samples of every kind alike, with two decimals. */
export function drawSamples({ from, count, seed }: Drawing): readonly Sample[] {
  const random = randomSource(seed);
  const kinds = Object.entries(from);
  return Array.from({ length: count }, () => {
    const [kind, { means, deviations }] = kinds[Math.floor(random() * kinds.length)] ?? ["", noFeatures];
    const features = means.map((mean, index) => {
      const drawn = mean + normal(random) * (deviations[index] ?? 0);
      return Math.round(drawn * 100) / 100;
    });
    return { kind, features };
  });
}

const noFeatures = { means: [], deviations: [] };

/** The Box-Muller transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
