import { expect, test } from "vitest";
import { systemClock } from "../../src/system-clock.ts";

test("reports are told whole milliseconds", async () => {
  const began = systemClock.elapsed();
  await systemClock.sleep(3);
  const took = systemClock.elapsed() - began;
  expect(Number.isInteger(took)).toBe(true);
  expect(took).toBeGreaterThanOrEqual(1);
});
