/** Models as a test describes them, and a cluster where labctl's own pod has asked them. */
import type { Prediction, Row } from "../../src/checks/leaving/predictions.ts";
import type { Question, Reply } from "../../src/checks/leaving/stored-models.ts";
import type { FakeKubeBehaviour } from "./fake-kube.ts";
import { volumePods } from "./volume-pods.ts";

/** What a model says of a row. */
export type Model = (row: Row) => Prediction;

/** Two kinds, by the first value; `at` is where they meet. */
export function modelAt(at: number): Model {
  return ([value = 0]) => {
    const low = 1 / (1 + Math.exp(value - at));
    return { prediction: low > 0.5 ? "low" : "high", probabilities: { low, high: 1 - low } };
  };
}

export interface StoredModels {
  /** By the path on the volume; what is not here is not there. */
  readonly models: Readonly<Record<string, Model>>;
  /** How servers reply to that pod. */
  readonly reply?: (question: Question) => Reply;
}

export function storedModels({
  models,
  reply = () => ({ body: "refused" }),
}: StoredModels): FakeKubeBehaviour {
  return volumePods(([, , , mark = "", , wanted = "{}"]) => {
    const { files, rows, questions } = JSON.parse(wanted) as {
      readonly files: readonly string[];
      readonly rows: readonly Row[];
      readonly questions: readonly Question[];
    };
    const told = files.map((file) => {
      const model = models[file];
      return model ? { answers: rows.map((row) => model(row)) } : { there: [] };
    });
    return `a warning\n${mark}${JSON.stringify({ models: told, replies: questions.map(reply) })}\n`;
  });
}

/** A server of a model, as it should be. */
export function serverOf(version: string, model: Model): (question: Question) => Reply {
  return ({ url, body }) => {
    const { pathname } = new URL(url);
    if (pathname === "/predict" && body)
      return { status: 200, body: JSON.stringify({ version, ...model(Object.values(body)) }) };
    return { status: 200, body: JSON.stringify({ version }) };
  };
}

export const inputs = { size: { from: 0, to: 10 } };
