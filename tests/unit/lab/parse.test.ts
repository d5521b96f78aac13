import { describe, expect, it } from "vitest";
import { parseLab } from "../../../src/lab/parse.ts";

const known = { images: ["nginx-1.22.1"], charts: ["dask"], addons: ["ingress"], tools: ["helm"] };
const parse = (text: string) => parseLab(text, { file: "03-web/lab.yaml", known });

const good = `apiVersion: labctl.dev/v1
kind: Lab
id: web
title: Web
asks: [deploy]
source: ["deck:Pod"]
needs:
  images: [nginx-1.22.1]
start: { ready: [web] }
exercises:
  - id: first
    title: First
    objective: Do it.
    points: 2
    docs: https://kubernetes.io/docs/
    hints: [a nudge, the answer]
    checks:
      - kind: unchanged-pods
        deployment: web
`;

function problemsOf(text: string): readonly string[] {
  const parsed = parse(text);
  return parsed.ok
    ? []
    : parsed.problems.map(({ file, line, message }) => `${file}:${String(line)} ${message}`);
}

describe("parseLab", () => {
  it.each([
    ["colours", String.raw`"\e[31mred"`, "title: it has characters that move, colour or hide text"],
    ["turns round", String.raw`"\u202Eneerg"`, "title: it has characters that move, colour or hide text"],
  ])("refuses text that %s", (_, title, message) => {
    expect(problemsOf(good.replace("title: Web", `title: ${title}`))).toEqual([
      `03-web/lab.yaml:4 ${message}`,
    ]);
  });

  it("refuses a key that a terminal obeys, and aliases without an end", () => {
    expect(problemsOf(`${good}${String.raw`"\e[31m": 1`}\n`)[0]).toContain("that move, colour or hide text");
    expect(problemsOf(good.replace("[deploy]", "&a [*a]"))).toEqual([
      "03-web/lab.yaml:5 asks.0: an alias of what it is in",
    ]);
    const nested = Array.from(
      { length: 9 },
      (__, at) => `  a${String(at + 1)}: &a${String(at + 1)} [${`*a${String(at)},`.repeat(9)}]`,
    );
    expect(problemsOf(`${good}x:\n  a0: &a0 [1]\n${nested.join("\n")}\n`)[0]).toMatch(/lab.yaml:1 .*alias/);
  });

  it("reads a lab, and fills in what may be left out", () => {
    const parsed = parse(good);
    expect(parsed).toMatchObject({
      ok: true,
      lab: { id: "web", needs: { addons: [] }, exercises: [{ requires: [] }] },
    });
  });

  it("tells every problem at once, each with its line", () => {
    const bad = good
      .replace("title: Web", "titel: Web")
      .replace("points: 2", "points: 0")
      .replace("deployment: web", "deployment: web\n        replicas: 3");
    expect(problemsOf(bad)).toEqual([
      expect.stringMatching(/:1 title: Invalid input/),
      expect.stringMatching(/:14 exercises.0.points: Too small/),
      "03-web/lab.yaml:20 exercises.0.checks.0.replicas: there is no such key",
      "03-web/lab.yaml:4 titel: there is no such key",
    ]);
  });

  it("refuses pods that are not recorded in what is looked at after an experiment, too", () => {
    const nested = good.replace(
      "    checks:\n",
      "    checks:\n      - kind: experiment\n        do: [{ restart: { deployment: web } }]\n        then:\n          - { kind: unchanged-pods, deployment: shop }\n",
    );
    expect(problemsOf(nested)).toEqual([
      "03-web/lab.yaml:21 the pods of shop are not recorded: add it to start.ready",
    ]);
  });

  it("refuses an unknown image, chart and add-on, and pods that are not recorded", () => {
    const bad = good
      .replace("images: [nginx-1.22.1]", "images: [nginx-9]\n  charts: [spark]\n  addons: [mesh]")
      .replace("ready: [web]", "ready: []");
    expect(problemsOf(bad)).toEqual([
      "03-web/lab.yaml:8 unknown image: images/ has no folder nginx-9",
      "03-web/lab.yaml:9 unknown chart: charts/ has no folder spark",
      "03-web/lab.yaml:10 unknown add-on: manifests/ has no folder mesh",
      "03-web/lab.yaml:21 the pods of web are not recorded: add it to start.ready",
    ]);
  });

  it("refuses an id that is there twice, and a requirement that does not come before", () => {
    const exercise = good.slice(good.indexOf("  - id: first"));
    const bad = good + exercise.replace("points: 2", "points: 2\n    requires: [later]");
    expect(problemsOf(bad)).toEqual([
      "03-web/lab.yaml:20 the exercise id first is there twice",
      "03-web/lab.yaml:24 requires: no exercise later comes before first",
    ]);
  });

  it("refuses CEL that does not compile, at its line", () => {
    const check =
      "      - kind: resource\n        object: { kind: Service, name: web }\n        conditions:\n";
    const bad = `${good}${check}          - that: "object.spec."\n            message: x\n`;
    expect(problemsOf(bad)).toEqual([
      expect.stringMatching(/:23 .*conditions.0.that: CEL does not compile: /),
    ]);
  });

  it("refuses a kind of check that there is not, and names those that there are", () => {
    expect(problemsOf(good.replace("unchanged-pods", "magic"))[0]).toMatch(
      /:18 exercises.0.checks.0.kind: Invalid/,
    );
  });

  it("tells of a union only what the nearest alternative lacks", () => {
    const check = "      - kind: http\n        via: { service: web }\n        expect: { status: 200 }\n";
    expect(problemsOf(good + check)).toEqual([
      expect.stringMatching(/:21 exercises.0.checks.1.via.port: Invalid input/),
    ]);
  });

  it("refuses text that is no YAML, with its line", () => {
    expect(problemsOf("id: web\n  title: [")).not.toEqual([]);
    expect(problemsOf("a: 1\na: 2")).toEqual([expect.stringMatching(/:2 Map keys must be unique/)]);
  });

  it("refuses an exercise with neither checks nor a quiz, or without two hints", () => {
    const bad = good.slice(0, good.indexOf("    checks:")).replace("[a nudge, the answer]", "[a nudge]");
    expect(problemsOf(bad)).toEqual([
      expect.stringMatching(/:16 exercises.0.hints: Too small/),
      expect.stringMatching(/:11 exercises.0: an exercise needs checks or a quiz/),
    ]);
  });
});
