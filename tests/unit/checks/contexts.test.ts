import { z } from "zod";
import { describe, expect, it } from "vitest";
import {
  defineCheck,
  type ActContext,
  type DisturbContext,
  type Observer,
} from "../../../src/checks/check.ts";
import { checkKinds } from "../../../src/checks/index.ts";
import type { LookContext } from "../../../src/look/look.ts";

const spec = z.strictObject({ kind: z.literal("a") });
const about = { kind: "a", summary: "A.", spec } as const;

/** What the compiler refuses is refused by `make types`; an expectation that it no longer needs is an error there. */
describe("what a kind may do", () => {
  it("is no more than it says", () => {
    const acting: Observer<unknown, ActContext>["observe"] = () => Promise.resolve([]);
    const disturbing: Observer<unknown, DisturbContext>["observe"] = () => Promise.resolve([]);
    // @ts-expect-error What says that it looks is not given what it could bring a pod with.
    defineCheck({ ...about, does: "looks", observer: () => Promise.resolve({ observe: acting }) });
    // @ts-expect-error What says that it acts is not given what it could stop a node with.
    defineCheck({ ...about, does: "acts", observer: () => Promise.resolve({ observe: disturbing }) });
    const kind = defineCheck({
      ...about,
      does: "disturbs",
      observer: () => Promise.resolve({ observe: acting }),
    });
    expect(kind.does).toBe("disturbs");
  });

  it("is no write for one that looks", () => {
    const look = ({ kube }: LookContext): unknown =>
      // @ts-expect-error There is no way to write.
      kube.patch;
    expect(look).toBeTypeOf("function");
  });

  it("is disturbing for experiments alone", () => {
    const disturbing = checkKinds.filter(({ does }) => does === "disturbs");
    expect(disturbing.filter((kind) => !("experiment" in kind && kind.experiment))).toEqual([]);
  });
});
