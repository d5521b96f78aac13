import { createHash } from "node:crypto";

/** Squares of numbers below this, a few hundred of them added up, are exact in a double. */
const limit = 2 ** 20;

/** Numbers that nobody knew before; the same seed gives the same. */
export function drawNumbers(seed: string, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256")
      .update(`${seed} ${String(index)}`)
      .digest();
    return digest.readUInt32BE(0) % limit;
  });
}

/** What the cluster has to answer, computed without it. */
export function sumOfSquares(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number * number, 0);
}
