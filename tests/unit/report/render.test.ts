import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderJson, toDocument } from "../../../src/report/json.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import type { CheckReport } from "../../../src/report/result.ts";
import { renderText } from "../../../src/report/text.ts";

const report: CheckReport = {
  apiVersion: "labctl.dev/v1",
  kind: "CheckReport",
  lab: "services",
  cluster: "labctl",
  namespace: "lab-services",
  status: "errored",
  score: 3,
  maxScore: 8,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 812,
  exercises: [
    {
      id: "cluster-ip",
      title: "A Service",
      status: "passed",
      score: 3,
      points: 3,
      durationMs: 400,
      findings: [],
    },
    {
      id: "repair",
      title: "A Service that leads nowhere",
      status: "failed",
      score: 0,
      points: 3,
      durationMs: 95,
      findings: [
        {
          check: "endpoints",
          reason: "selector-matches-nothing",
          object: "Service/shop",
          path: "spec.selector",
          expected: "the 2 Ready pods of Deployment shop",
          actual: "no endpoints",
          message:
            "The selector tier=front-end of Service shop matches no pod. The pods of Deployment shop carry <tier=frontend>.",
          next: "kubectl -n lab-services get pods --show-labels",
        },
      ],
      hint: "Compare the Service's selector with the pods' labels.",
    },
    {
      id: "dns",
      title: "The name",
      status: "errored",
      score: 0,
      points: 1,
      durationMs: 10,
      findings: [],
      reason: "The probe pod cannot run.",
    },
    {
      id: "later",
      title: "Later",
      status: "skipped",
      score: 0,
      points: 1,
      durationMs: 0,
      findings: [],
      reason: "dns must pass first.",
    },
  ],
};

describe("text", () => {
  const plain = renderText(report, { color: false, columns: 80 });

  it("is a table with what stands in the way below", () => {
    expect(plain).toBe(`services in namespace lab-services of cluster labctl

✓ cluster-ip   3/3   0.4 s  A Service
✗ repair       0/3   0.1 s  A Service that leads nowhere
    The selector tier=front-end of Service shop matches no pod. The pods of
    Deployment shop carry <tier=frontend>.
      Service/shop spec.selector
      expected: the 2 Ready pods of Deployment shop
      actual:   no endpoints
      next:     kubectl -n lab-services get pods --show-labels
    hint: Compare the Service's selector with the pods' labels.

! dns          0/1   0.0 s  The name
    errored: The probe pod cannot run.

- later        0/1   0.0 s  Later
    skipped: dns must pass first.

errored: 3 of 8 points in 0.8 s
No points are lost by what could not be read.
`);
  });

  it("keeps to 80 columns", () => {
    for (const line of plain.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  it("says the same in colours", () => {
    const coloured = renderText(report, { color: true, columns: 80 });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it("shows several labs one after the other", () => {
    const list = toDocument([report, { ...report, lab: "ingress" }], { asList: false });
    expect(renderText(list, { color: false, columns: 80 })).toContain("\n\ningress in namespace");
  });
});

describe("json", () => {
  it("is the report as it is, in one document", () => {
    expect(JSON.parse(renderJson(toDocument([report], { asList: false })))).toEqual(report);
  });

  it("is a list for several, or when a list was asked for", () => {
    expect(toDocument([report], { asList: true })).toMatchObject({
      kind: "CheckReportList",
      items: [report],
    });
    expect(toDocument([report, report], { asList: false }).kind).toBe("CheckReportList");
  });
});

describe("junit", () => {
  it("has a case for each exercise, and keeps two calls apart", () => {
    const xml = renderJunit(report);
    expect(renderJunit(report)).toBe(xml);
    expect(xml).toContain('<testsuite name="services"');
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(xml).toContain('<failure message="The selector tier=front-end of Service shop matches no pod.');
    expect(xml).toContain("&lt;tier=frontend>");
    expect(xml).toContain('<error message="The probe pod cannot run."');
  });

  it("has no cases but its own, whatever a pod wrote", () => {
    const forged =
      "]]>]]></system-out></testcase><testcase name='forged'/><testcase><system-out><![CDATA[ \ufffe \ud800";
    const exercises = report.exercises.slice(1, 2).map((exercise) => {
      const findings = exercise.findings.map((finding) => ({ ...finding, actual: forged, message: forged }));
      return { ...exercise, findings };
    });
    const xml = renderJunit({ ...report, exercises });
    const ownTags = xml.replaceAll(/<!\[CDATA\[[^]*?\]\]>/g, "").match(/<testcase/g);
    expect(ownTags).toHaveLength(1);
    expect(xml).not.toMatch(/[\ufffe\uffff]|\p{Surrogate}/u);
  });
});
