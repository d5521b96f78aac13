import { expect, it } from "vitest";
import { keepOutput } from "../../../src/kube/command-output.ts";

it("keeps what both streams say, and drops what is too much of it", () => {
  const told: number[] = [];
  const { stdout, stderr, texts, seen } = keepOutput(10, (bytes) => told.push(bytes));
  stdout.write("hello");
  stderr.write("wrong");
  expect(told).toEqual([]);
  stdout.write("and more");
  expect(told).toEqual([18]);
  expect(texts()).toEqual({ stdout: "hello", stderr: "wrong" });
  expect(seen()).toBe("18 bytes had come");
});
