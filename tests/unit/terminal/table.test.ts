import { expect, test } from "vitest";
import { renderTable } from "../../../src/terminal/table.ts";

test("columns are as wide as what is in them, as a terminal counts", () => {
  expect(
    renderTable(
      ["", "NAME", "SEEN"],
      [
        ["✔", "disk", "ok"],
        ["✖", "日本", "-"],
      ],
    ),
  ).toBe("   NAME  SEEN\n✔  disk  ok\n✖  日本  -\n");
});
