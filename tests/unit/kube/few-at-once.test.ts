import { describe, expect, it } from "vitest";
import { fewAtOnce } from "../../../src/kube/few-at-once.ts";

describe("fewAtOnce", () => {
  it("asks for four at the same time at most, and keeps the order", async () => {
    let asking = 0;
    let most = 0;
    const answers = await fewAtOnce([5, 1, 4, 2, 3, 0], async (item) => {
      most = Math.max(most, ++asking);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      asking--;
      return item * 10;
    });
    expect(answers).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(4);
  });

  it("passes on what goes wrong", async () => {
    const answers = fewAtOnce([1, 2], (item) =>
      item === 2 ? Promise.reject(new Error("two")) : Promise.resolve(),
    );
    await expect(answers).rejects.toThrow("two");
  });
});
