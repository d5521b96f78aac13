import { describe, expect, it } from "vitest";
import { nextHint, shownHint } from "../../../src/grade/choose-hint.ts";

const exercise = { hints: ["nudge", { reason: "no-endpoints", text: "about endpoints" }, "answer"] };
const endpoints = [{ reason: "no-endpoints" }];

function giveAll(findings: readonly { readonly reason: string }[], times: number): readonly string[] {
  const given: number[] = [];
  return Array.from({ length: times }, () => {
    const hint = nextHint({ exercise, findings, given });
    if (hint) given.push(hint.index);
    return `${hint?.text ?? ""} ${String(hint?.number)}/${String(hint?.of)}`;
  });
}

describe("nextHint", () => {
  it("goes from the nudge to the answer, and stays there", () => {
    expect(giveAll([], 3)).toEqual(["nudge 1/2", "answer 2/2", "answer 2/2"]);
  });

  it("tells what is about the failure between them", () => {
    expect(giveAll(endpoints, 3)).toEqual(["nudge 1/3", "about endpoints 2/3", "answer 3/3"]);
  });

  it("goes on with the answer when the failure is another one by now", () => {
    expect(nextHint({ exercise, findings: [], given: [0, 1] })).toMatchObject({ text: "answer" });
  });
});

describe("a hint about a reason", () => {
  const about = { hints: [{ reason: ["too-few", "none"], text: "more" }, "nudge", "answer"] };
  const finding = (reason: string) => [{ reason }];

  it("comes after the nudge where a finding has one of its reasons, and never otherwise", () => {
    expect(nextHint({ exercise: about, findings: finding("none"), given: [1] })?.text).toBe("more");
    expect(nextHint({ exercise: about, findings: finding("no"), given: [] })?.text).toBe("nudge");
    expect(nextHint({ exercise: about, findings: endpoints, given: [1, 2] })?.text).toBe("answer");
  });
});

describe("shownHint", () => {
  it("shows none that nobody asked for", () => {
    expect(shownHint({ exercise, findings: endpoints, given: [] })).toBeUndefined();
    expect(shownHint({ exercise, findings: [], given: [1] })).toBeUndefined();
  });

  it("shows the furthest that was asked for", () => {
    expect(shownHint({ exercise, findings: endpoints, given: [1, 0] })?.text).toBe("about endpoints");
    expect(shownHint({ exercise, findings: [], given: [0, 2] })?.text).toBe("answer");
  });
});
