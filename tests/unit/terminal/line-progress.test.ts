import { expect, test } from "vitest";
import { createLineProgress, silentProgress } from "../../../src/terminal/line-progress.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeStream } from "../../support/fake-streams.ts";

test("a step has a line when it starts, now and then, and when it ends", async () => {
  const stream = new FakeStream();
  const clock = new FakeClock();
  const progress = createLineProgress(stream, clock);
  const value = await progress.step("Build images", async (step) => {
    step.detail("too soon to be told");
    await clock.sleep(11_000);
    step.detail("k8s.io/api 12/500");
    await progress.step("Push", () => clock.sleep(2_000));
    step.title("3 images built");
    return 3;
  });
  expect(value).toBe(3);
  expect(stream.text).toBe(
    "… Build images\n  k8s.io/api 12/500 (11s)\n  … Push\n  ✔ Push (2.0s)\n✔ 3 images built (13s)\n",
  );
});

test("a failed step is marked, and its error passed on", async () => {
  const stream = new FakeStream();
  const progress = createLineProgress(stream, new FakeClock());
  const failing = progress.step("Build", () => Promise.reject(new Error("no disk")));
  await expect(failing).rejects.toThrow("no disk");
  expect(stream.text).toContain("✖ Build (0.0s)\n");
});

test("silence still does the work", async () => {
  silentProgress.note("nobody reads this");
  expect(await silentProgress.step("Build", async () => 1)).toBe(1);
});
