import { z } from "zod";
import { randomSource } from "./random-source.ts";

/** What a model is asked: features by name, in the order of the model's columns, each between two values. */
export const inputs = z.record(z.string(), z.strictObject({ from: z.number(), to: z.number() }));

export type Inputs = z.infer<typeof inputs>;

/** One question, a value a feature. */
export type Row = readonly number[];

/** What a model says of one row. */
export interface Prediction {
  readonly prediction: string;
  /** By kind; they add up to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What a server says of one row, and which version of the model it says is speaking. */
export interface ServedPrediction extends Prediction {
  readonly version: string;
}

const served = z.object({
  version: z.string(),
  prediction: z.string(),
  probabilities: z.record(z.string(), z.number()),
});

/** A server may round; two versions of a model are further apart. */
export const tolerance = 1e-4;

/** Rows that nobody has seen before, with two decimals. @param seed the same word, the same rows. */
export function drawRows(from: Inputs, count: number, seed: string): readonly Row[] {
  const random = randomSource(seed);
  const ranges = Object.values(from);
  const draw = (range: Inputs[string]): number =>
    Math.round((range.from + random() * (range.to - range.from)) * 100) / 100;
  return Array.from({ length: count }, () => ranges.map(draw));
}

/** The body of a request: `{"sepal_length":5.1,…}`. */
export function bodyOf(from: Inputs, row: Row): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.keys(from).map((name, index) => [name, row[index] ?? 0]));
}

/** "sepal_length 5.1, sepal_width 3.4" */
export function wordsOf(from: Inputs, row: Row): string {
  return Object.entries(bodyOf(from, row))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}

/** Undefined when an answer is not JSON with a version, a prediction and probabilities. */
export function parseServed(body: string): ServedPrediction | undefined {
  try {
    return served.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Whether two say the same, and are as sure of it. */
export function agree(one: Prediction, other: Prediction): boolean {
  return one.prediction === other.prediction && distance(one, other) <= tolerance;
}

/** The largest difference of two probabilities of the same kind. */
export function distance(one: Prediction, other: Prediction): number {
  const kinds = new Set([...Object.keys(one.probabilities), ...Object.keys(other.probabilities)]);
  const differences = [...kinds].map((kind) =>
    Math.abs((one.probabilities[kind] ?? 0) - (other.probabilities[kind] ?? 0)),
  );
  return Math.max(0, ...differences);
}
