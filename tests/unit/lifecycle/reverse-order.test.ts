import { expect, test } from "vitest";
import { reverseOrder } from "../../../src/lifecycle/reverse-order.ts";

const group = (text: string, after: readonly string[] = []) => ({
  exercises: text.split(" "),
  after,
  steps: [],
});

/** Exercises a to d; each may require others. */
function orderOf(groups: readonly ReturnType<typeof group>[], requires: Record<string, string[]> = {}) {
  const exercises = ["a", "b", "c", "d"].map((id) => ({
    id,
    requires: requires[id] ?? [],
    title: id,
    objective: id,
    points: 1,
    docs: "https://kubernetes.io/",
    hints: [],
    checks: [],
  }));
  return reverseOrder(groups, { exercises }).map((each) => each.exercises.join(" "));
}

test("the last comes first", () => {
  expect(orderOf([group("a"), group("b c"), group("d")])).toEqual(["d", "b c", "a"]);
});

test("what an exercise requires comes before it, and what that requires", () => {
  const groups = [group("a"), group("b"), group("c"), group("d")];
  expect(orderOf(groups, { d: ["a"] })).toEqual(["c", "b", "a", "d"]);
  expect(orderOf(groups, { d: ["c"], c: ["a"] })).toEqual(["b", "a", "c", "d"]);
});

test("what a group is to come after comes before it", () => {
  expect(orderOf([group("a"), group("b", ["a"]), group("c")])).toEqual(["c", "a", "b"]);
});

test("groups of the same exercise keep their order", () => {
  expect(orderOf([group("a"), group("b"), group("c"), group("a b")])).toEqual(["c", "b", "a", "a b"]);
});

test("a solution that asks for an order of its own keeps it, whatever it says", () => {
  expect(orderOf([group("b", ["a"]), group("a", ["b"])])).toEqual(["b", "a"]);
});
