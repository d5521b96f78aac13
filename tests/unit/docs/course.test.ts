import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { labsIn, withMinutes } from "../../../scripts/pages/course-page.ts";
import { numberOf } from "../../../src/lab/lab-names.ts";
import { loadDecks } from "../../../src/lab/decks.ts";
import { discoverLabs } from "../../../src/lab/discover.ts";
import type { Lab } from "../../../src/lab/schema.ts";
import { exercisesNamedIn, rowsOf, sectionOf } from "../../support/doc-pages.ts";

const project = join(import.meta.dirname, "..", "..", "..");
let page = "";
let labs: readonly Lab[] = [];

beforeAll(async () => {
  page = await readFile(join(project, "docs/course.md"), "utf8");
  ({ labs } = await discoverLabs(project));
});

describe("docs/course.md", () => {
  test("has every heading of every deck, in the deck's order", async () => {
    const { decks = [] } = await loadDecks(join(project, "labs"));
    expect(decks).toHaveLength(5);
    for (const { id, headings } of decks) {
      const told = rowsOf(sectionOf(page, `### ${id}`)).flatMap(([first = ""]) => first.split("; "));
      expect({ id, headings: inOrder(told, headings) }).toEqual({ id, headings });
      const unknown = told.filter((each) => each !== "" && !each.startsWith("_") && !headings.includes(each));
      expect({ id, unknown }).toEqual({ id, unknown: [] });
    }
  });

  test("says of each slide where it is done, told or to come", () => {
    const rows = rowsOf(sectionOf(page, "## Deck by deck"));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => (row.at(-1) ?? "") === "")).toEqual([]);
  });

  test("names every exercise, and none that there is not", () => {
    const there = labs.flatMap(({ id, exercises }) => exercises.map((each) => `${id}/${each.id}`));
    const named = exercisesNamedIn(page);
    expect(named.filter((each) => !there.includes(each))).toEqual([]);
    expect(there.filter((each) => !named.includes(each))).toEqual([]);
  });

  test("says of a lab's text only what stands there", async () => {
    const told = [...page.matchAll(/told in lab (\d\d) \(((?:"[^"]+"(?:, )?)+)\)/g)];
    expect(told.length).toBeGreaterThan(8);
    const missing: string[] = [];
    for (const [, number = "", quotes = ""] of told) {
      const lab = labs.find(({ folder }) => numberOf(folder) === Number(number));
      const text = await readFile(join(lab?.folder ?? "", "README.md"), "utf8");
      for (const [, quote = ""] of quotes.matchAll(/"([^"]+)"/g))
        if (!text.toLowerCase().includes(quote.toLowerCase())) missing.push(`lab ${number}: ${quote}`);
    }
    expect(missing).toEqual([]);
    expect(told.length).toBe(page.match(/told in lab/g)?.length);
  });

  test("has the labs that ask each of the six questions", () => {
    const asked = rowsOf(sectionOf(page, "## The six questions")).map((row) => row.at(-1));
    const numbers = (question: string): string =>
      labs
        .filter(({ asks }) => asks.some((each) => each === question))
        .map(({ folder }) => String(numberOf(folder)).padStart(2, "0"))
        .join(", ");
    expect(asked).toEqual(["deploy", "place", "scale", "expose", "heal", "update"].map(numbers));
  });
});

describe.each(["### Three hours", "### Three more hours", "### One day", "### A semester"])(
  "docs/course.md, %s",
  (heading) => {
    const rows = (): readonly (readonly string[])[] => rowsOf(sectionOf(page, heading));
    const isSum = (row: readonly string[]): boolean => row.includes("**sum**");
    const parts = (): readonly (readonly string[])[] => rows().filter((row) => !isSum(row));
    const last = (row: readonly string[] = []): number => Number(row.at(-1));

    test("says of each lab how long lab.yaml says it takes", () => {
      const withLabs = parts().filter((row) => labsIn(row.join(" "), labs).length > 0);
      expect(withLabs.length).toBeGreaterThan(3);
      for (const row of withLabs)
        expect({ row, minutes: last(row) }).toEqual({ row, minutes: minutesOf(labsIn(row.join(" "), labs)) });
    });

    test("adds up", () => {
      expect(last(rows().find(isSum))).toBe(total(parts().map(last)));
    });
  },
);

test.each(["### Three hours", "### Three more hours"])(
  "%s are three hours, and no lab gets more of them than it takes alone",
  (heading) => {
    const parts = rowsOf(sectionOf(page, heading)).filter((row) => !row.includes("**sum**"));
    expect(total(parts.map(([minutes]) => Number(minutes)))).toBe(180);
    expect(page).toContain("| **180** | **sum**");
    const longer = parts.filter((row) => Number(row.at(-1)) > 0 && Number(row[0]) > Number(row.at(-1)));
    expect(longer).toEqual([]);
  },
);

test("one day is one day", () => {
  const sums = rowsOf(sectionOf(page, "### One day")).find((row) => row.includes("**sum**"));
  expect(Number(sums?.at(-1))).toBeLessThanOrEqual(510);
});

test("the plans' minutes follow lab.yaml, and nothing else of the page changes", () => {
  const slower = labs.map((lab) => (lab.id === "helm" ? { ...lab, minutes: 95 } : lab));
  const changed = withMinutes(page, slower).split("\n");
  const before = page.split("\n");
  const differs = changed.filter((line, index) => line !== before[index]);
  expect(differs.filter((line) => line.includes("11 helm"))).toHaveLength(3);
  expect(differs.filter((line) => line.includes("**sum**"))).toHaveLength(3);
  expect(differs).toHaveLength(6);
});

test("the semester has every lab of docs/course.md once, each after those that it builds on", () => {
  const order = rowsOf(sectionOf(page, "### A semester")).flatMap((row) => labsIn(row.join(" "), labs));
  expect(order.map(({ id }) => id).sort()).toEqual(labs.map(({ id }) => id).sort());
  const early = order.filter(({ after }, index) =>
    after.some((each) => order.findIndex(({ id }) => id === each) > index),
  );
  expect(early).toEqual([]);
});

function inOrder(told: readonly string[], wanted: readonly string[]): readonly string[] {
  let from = 0;
  return wanted.filter((each) => {
    const at = told.indexOf(each, from);
    if (at >= 0) from = at + 1;
    return at >= 0;
  });
}

function minutesOf(some: readonly Lab[]): number {
  return total(some.map(({ minutes = 0 }) => minutes));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
