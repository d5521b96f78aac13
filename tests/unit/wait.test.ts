import { describe, expect, it } from "vitest";
import { createWait } from "../../src/wait.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeKube } from "../support/fake-kube.ts";

describe("wait", () => {
  it("looks until it is done", async () => {
    const clock = new FakeClock();
    let looks = 0;
    const waited = await createWait(
      clock,
      undefined,
    )({
      observe: () => Promise.resolve({ done: ++looks === 4, value: looks }),
      withinMs: 10_000,
    });
    expect(waited).toEqual({ done: true, value: 4, tookMs: 3000 });
  });

  it("gives the last look back when the time is over", async () => {
    const clock = new FakeClock();
    const observe = () => Promise.resolve({ done: false, value: clock.now() });
    const waited = await createWait(clock, undefined)({ observe, withinMs: 2500, everyMs: 1000 });
    expect(waited).toMatchObject({ done: false, tookMs: 2500 });
  });

  it.each([-3_600_000, 3_600_000])(
    "takes no longer and no shorter when the clock is set by %i ms",
    async (by) => {
      const clock = new FakeClock();
      let looks = 0;
      const observe = () => {
        if (++looks === 2) clock.set(by);
        return Promise.resolve({ done: false, value: looks });
      };
      const waited = await createWait(clock, undefined)({ observe, withinMs: 5000, everyMs: 1000 });
      expect(waited).toEqual({ done: false, value: 6, tookMs: 5000 });
    },
  );

  it("looks again at once when a watched kind has changed meanwhile", async () => {
    const clock = new FakeClock();
    const kube = new FakeKube();
    let looks = 0;
    const waited = await createWait(
      clock,
      kube,
    )({
      observe: () => {
        looks++;
        if (looks === 1) kube.add({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } });
        return Promise.resolve({ done: looks === 2, value: looks });
      },
      watch: ["Pod"],
      withinMs: 10_000,
    });
    expect(waited.tookMs).toBe(0);
  });

  it("passes an error of a look on, and ends when it is interrupted", async () => {
    const wait = createWait(new FakeClock(), undefined);
    await expect(
      wait({ observe: () => Promise.reject(new Error("outage")), withinMs: 1000 }),
    ).rejects.toThrow("outage");
    const signal = AbortSignal.abort(new Error("interrupted"));
    const observe = () => Promise.resolve({ done: false, value: 0 });
    await expect(wait({ observe, withinMs: 1000, signal })).rejects.toThrow("interrupted");
  });
});
