import { expect, it } from "vitest";
import { load } from "js-yaml";
import { layValues } from "../../../src/charts/lay-values.ts";

const published = `# Of the chart.
image:
  repository: example.org/dask # Where it is.
  tag: "1"
env:
  # - name: HOME
args: [a, b]
mounts: {}
replicas: 3
`;

it("merges maps and replaces all else, as helm --values does", () => {
  const over =
    "image: { tag: '2' }\nenv: [{ name: A }]\nargs: [c]\nmounts: { volumes: [v] }\nnew: { deep: 1 }\n";
  expect(load(layValues(published, over))).toEqual({
    image: { repository: "example.org/dask", tag: "2" },
    env: [{ name: "A" }],
    args: ["c"],
    mounts: { volumes: ["v"] },
    replicas: 3,
    new: { deep: 1 },
  });
});

it("takes a null for a value, and an empty map for nothing to say", () => {
  expect(load(layValues(published, "replicas: null\nimage: {}\n"))).toMatchObject({
    replicas: null,
    image: { tag: "1" },
  });
});

it("keeps the comments of what stays", () => {
  const laid = layValues(published, "image: { tag: '2' }\n");
  expect(laid).toContain("# Of the chart.");
  expect(laid).toContain("repository: example.org/dask # Where it is.");
});

it("is all there is over a chart without values", () => {
  expect(layValues("# Nothing.\n", "a: 1\n")).toBe("a: 1\n");
});
