import { describe, expect, it } from "vitest";
import { parseQuantity, writeQuantity } from "../../../src/kube/quantity.ts";

describe("quantities", () => {
  it.each([
    ["500m", 0.5],
    ["2", 2],
    ["1.5", 1.5],
    ["2Ti", 2 ** 41],
    ["100Mi", 100 * 2 ** 20],
    ["1k", 1000],
    ["1e3", 1000],
    ["32986048Ki", 32986048 * 1024],
    ["lots", 0],
    [undefined, 0],
  ])("%s is %s", (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each([
    ["cpu", 1.95, "1.95"],
    ["memory", 2 ** 41, "2Ti"],
    ["memory", 7.66 * 2 ** 30, "7.7Gi"],
    ["memory", 32 * 2 ** 20, "32Mi"],
    ["memory", 0, "0Mi"],
  ])("%s %s is written %s", (resource, value, text) => {
    expect(writeQuantity(resource, value)).toBe(text);
  });
});
