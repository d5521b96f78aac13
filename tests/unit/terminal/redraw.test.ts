import { expect, test } from "vitest";
import { redraw } from "../../../src/terminal/redraw.ts";

test("lines go over the old ones, without a moment of an empty screen", () => {
  expect(redraw("a\nb\n")).toBe("\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J");
});
