import { expect, test } from "vitest";
import { labelledStream } from "../../../src/terminal/labelled-stream.ts";
import { FakeStream } from "../../support/fake-streams.ts";

test("every line begins with the word", () => {
  const stream = new FakeStream();
  const labelled = labelledStream(stream, "services");
  labelled.write("… Check\n");
  labelled.write("one\n  two\n");
  expect(stream.text).toBe("[services] … Check\n[services] one\n[services]   two\n");
});
