import { beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { listStartedLabs } from "../../../src/records/list-started-labs.ts";
import { changeLabState, putLabState, readLabState } from "../../../src/records/state.ts";
import { systemNamespace } from "../../../src/records/system-namespace.ts";
import { fakeLabState } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";

const state = fakeLabState({ lab: "services", namespace: "lab-services" });
const ref = { kind: "ConfigMap", name: "lab-services", namespace: systemNamespace } as const;

let kube: FakeKube;
beforeEach(async () => {
  kube = new FakeKube();
  await putLabState(kube, state);
});

/** Whoever may write ConfigMaps. */
const byHand = (text: string): Promise<unknown> => kube.patch(ref, { data: { "state.json": text } });

const errorOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("a state", () => {
  it("is read as it was put, versioned, and found by its labels", async () => {
    expect(await readLabState(kube, "lab-services")).toEqual(state);
    const stored = await kube.read(ref);
    expect(JSON.parse((stored as { data: { "state.json": string } }).data["state.json"])).toMatchObject({
      version: 1,
    });
    expect(await listStartedLabs(kube)).toEqual([{ readable: true, state }]);
  });

  it("is put over what is there, whoever wrote that", async () => {
    await byHand("nonsense");
    await putLabState(kube, state);
    expect(await readLabState(kube, "lab-services")).toEqual(state);
  });

  it("that was never put is undefined, and is not changed", async () => {
    expect(await readLabState(kube, "lab-other")).toBeUndefined();
    const before = kube.writes.length;
    expect(await changeLabState(kube, "lab-other", (now) => now)).toBeUndefined();
    expect(kube.writes).toHaveLength(before);
  });
});

describe("a change", () => {
  it("is made to what is there when it is written: nothing that another labctl wrote is lost", async () => {
    let times = 0;
    const changed = await changeLabState(kube, "lab-services", (now) => {
      // Written after this labctl has read, and before it writes.
      if (times++ === 0) void byHand(JSON.stringify({ ...state, hints: { shop: [0] } }));
      return { ...now, quiz: { quiz: { pods: "a" } } };
    });
    const both = { hints: { shop: [0] }, quiz: { quiz: { pods: "a" } } };
    expect(times).toBe(2);
    expect(changed).toMatchObject(both);
    expect(await readLabState(kube, "lab-services")).toMatchObject(both);
  });

  it("that is none writes nothing", async () => {
    const before = kube.writes.length;
    await changeLabState(kube, "lab-services", () => undefined);
    expect(kube.writes).toHaveLength(before);
  });

  it("brings the labels back that status looks for", async () => {
    await kube.patch(ref, { metadata: { labels: { "app.kubernetes.io/managed-by": "me" } } });
    await changeLabState(kube, "lab-services", (now) => now);
    expect(await listStartedLabs(kube)).toHaveLength(1);
  });
});

describe("a state that cannot be read", () => {
  it.each([
    ["no JSON", "{", "it is no JSON"],
    ["without hints", JSON.stringify({ ...state, hints: undefined }), "hints: "],
    ["of another version", JSON.stringify({ ...state, version: 2 }), "version: "],
    ["of another namespace", JSON.stringify({ ...state, namespace: "lab-other" }), "namespace: "],
    ["of no lab's name", JSON.stringify({ ...state, lab: "$(reboot)" }), "lab: it is no lab's id"],
    ["a list", "[]", "expected object"],
  ])("%s: is an error that says where, and what to do", async (_, text, why) => {
    await byHand(text);
    for (const error of [
      await errorOf(readLabState(kube, "lab-services")),
      await errorOf(changeLabState(kube, "lab-services", (now) => now)),
    ]) {
      expect(error).toBeInstanceOf(EnvironmentError);
      expect(error).toMatchObject({
        message: "What labctl remembers of lab services cannot be read.",
        lastSeen: expect.stringContaining(`ConfigMap labctl-system/lab-services, state.json: `) as string,
        hint: expect.stringContaining("labctl reset services -n lab-services") as string,
      });
      expect(error).toMatchObject({ lastSeen: expect.stringContaining(why) as string });
    }
  });

  it("is in the list as one, and takes no other along", async () => {
    await putLabState(kube, fakeLabState({ lab: "pods", namespace: "lab-pods" }));
    await byHand("nonsense");
    expect(await listStartedLabs(kube)).toMatchObject([
      { readable: false, lab: "services", namespace: "lab-services" },
      { readable: true, state: { lab: "pods" } },
    ]);
  });

  it("tells what is in it without what a terminal would obey", async () => {
    await byHand(JSON.stringify({ ...state, quiz: { "\u001b[2Jquiz": 1 } }));
    const error = await errorOf(readLabState(kube, "lab-services"));
    expect(error).toMatchObject({ lastSeen: expect.stringContaining("quiz.?[2Jquiz: ") as string });
  });
});
