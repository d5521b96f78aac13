import { describe, expect, it } from "vitest";
import { modelUpdate } from "../../../../src/checks/leaving/model-update.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { KubeObject, Pod, Workload } from "../../../../src/kube/objects.ts";
import { deployment, ownedBy, pod, service } from "../../../support/cluster-objects.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim } from "../../../support/jobs.ts";
import { inputs, modelAt, serverOf, storedModels, type Model } from "../../../support/stored-models.ts";

const spec = modelUpdate.spec.parse({
  kind: "model-update",
  deployment: "model",
  env: "MODEL_VERSION",
  from: "v1",
  to: "v2",
  service: "model",
  claim: "models",
  image: "localhost:5001/trainer:1",
  inputs,
});
const v1 = modelAt(4);
const v2 = modelAt(6);
const perSecond = 60;

/** What becomes of a request: a status (-1: none) and a text, by the version that the Deployment says at that time. */
type Answering = (asked: {
  readonly version: string;
  readonly row: readonly number[];
  readonly n: number;
}) => [number, string];

const right: Answering = ({ version, row }) => [
  200,
  JSON.stringify({ version, ...(version === "v1" ? v1 : v2)(row) }),
];

interface Played {
  readonly answering?: Answering;
  readonly models?: Readonly<Record<string, Model>>;
  /** What the Deployment says before. */
  readonly says?: string;
  /** What GET /model names. */
  readonly served?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** New pods that a rollout brings. */
  readonly comes?: number;
  readonly rate?: number;
}

/** Plays the controller (each change of the template brings new pods, after ten seconds) and labctl's two pods. */
function setUp(played: Played = {}) {
  const { answering = right, says = "v2", served = "v2", fields = {}, comes = 2, rate = perSecond } = played;
  const { models = { "v1/model.joblib": v1, "v2/model.joblib": v2 } } = played;
  const clock = new FakeClock();
  const [made, set, ...pods] = deployment({ name: "model", replicas: 2 });
  const containers = [{ name: "model", env: [{ name: "MODEL_VERSION", value: says }] }];
  const template = { ...made.spec.template, spec: { containers } };
  const top = { ...made, spec: { ...made.spec, ...fields, template } } as Workload;
  const turns: { readonly at: number; readonly version: string }[] = [{ at: 0, version: says }];
  let round = 0;
  let asking: { readonly from: number; readonly pod: Pod } | undefined;
  const look = storedModels({ models, reply: serverOf(served, v2) });
  const kube: FakeKube = new FakeKube([top, set, ...pods, service({ name: "model" }), claim], {
    onApply: (object, fake) => {
      if (object.metadata.name !== "labctl-ask") return look.onApply?.(object, fake);
      const ready = pod({ name: "labctl-ask" }).status;
      asking = { from: clock.now(), pod: object as Pod };
      fake.add({ ...object, spec: { ...(object as Pod).spec, nodeName: "worker-1" }, status: ready });
    },
    onExec: () => {
      if (asking) kube.logText.set("lab-test/labctl-ask", keep(asking));
      kube.add({ ...(asking?.pod as KubeObject), status: { phase: "Succeeded" } });
      return { exitCode: 0, stdout: "", stderr: "" };
    },
    onPatch: (object, fake) => {
      const patched = object as Workload;
      if (patched.kind !== "Deployment") return;
      const version = patched.spec.template.spec.containers[0]?.env?.[0]?.value ?? "";
      if (version === turns.at(-1)?.version) return;
      round++;
      turns.push({ at: clock.now(), version });
      void clock.sleep(10_000);
      for (const each of [...fake.objects.values()].filter(
        ({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith("model"),
      ))
        fake.forget({ kind: "Pod", ...each.metadata });
      const name = `model-${String(round)}`;
      const fresh = {
        ...set,
        metadata: { ...set.metadata, name, uid: `uid-${name}` },
        spec: { ...set.spec, template: patched.spec.template, replicas: 0 },
        status: { replicas: 0 },
      };
      fake.add(fresh);
      for (let index = 0; index < comes; index++)
        fake.add(pod({ name: `${name}-${String(index)}`, owner: ownedBy(fresh) }));
    },
  });
  const keep = ({
    from,
    pod: {
      spec: {
        containers: [container],
      },
    },
  }: NonNullable<typeof asking>): string => {
    const [, , , mark = "", wanted = "{}"] = container?.command ?? [];
    const { bodies } = JSON.parse(wanted) as { readonly bodies: readonly Readonly<Record<string, number>>[] };
    const answers: [number, string][] = [];
    const asked: [number, number, number][] = [];
    for (let n = 0, at = from; at < clock.now(); n++, at = from + (n / rate) * 1000) {
      const version = turns.findLast((turn) => turn.at <= at)?.version ?? "";
      const body = n % bodies.length;
      const answer = answering({ version, row: Object.values(bodies[body] ?? {}), n });
      const known = answers.findIndex(([status, text]) => status === answer[0] && text === answer[1]);
      if (known < 0) answers.push(answer);
      asked.push([at / 1000, body, known < 0 ? answers.length - 1 : known]);
    }
    return `${mark}${JSON.stringify({ answers, asked })}\n`;
  };
  return { kube, context: fakeCheckContext({ kube, clock }) };
}

const observe = (played?: Played) => modelUpdate.observe(spec, setUp(played).context);

describe("model-update", () => {
  it("rolls back and out again, and passes when every answer is a version's own", async () => {
    const { kube, context } = setUp();
    expect(await modelUpdate.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toMatch(
      /^0 of \d{4} predictions failed while v1 and v2 took turns; \d+ were v1's own, \d+ were v2's own, 0 were neither's\.$/,
    );
    expect(context.said.filter((text) => text.startsWith("rolling"))).toEqual(
      ["v1", "v2", "v1", "v2"].map((version) => `rolling Deployment model to ${version}`),
    );
    const after = await kube.read({ kind: "Deployment", namespace: "lab-test", name: "model" });
    expect(JSON.stringify(after)).toContain('{"name":"MODEL_VERSION","value":"v2"}');
    const sets = (await kube.list("ReplicaSet")) as readonly KubeObject[];
    expect(JSON.stringify(sets)).not.toContain('"value":"v1"');
    expect(await kube.read({ kind: "Pod", namespace: "lab-test", name: "labctl-ask" })).toBeUndefined();
  });

  it("keeps a short history whole", async () => {
    const { kube, context } = setUp({ fields: { revisionHistoryLimit: 0 } });
    expect(await modelUpdate.observe(spec, context)).toEqual([]);
    expect(await kube.read({ kind: "Deployment", namespace: "lab-test", name: "model" })).toMatchObject({
      spec: { revisionHistoryLimit: 0 },
    });
  });

  it("fails with the count of what was lost, be it one, and the reasons that the spec shows", async () => {
    const once: Answering = (asked) => (asked.n === 700 ? [-1, "ConnectionRefusedError"] : right(asked));
    const [finding] = await observe({ answering: once, fields: { strategy: { type: "Recreate" } } });
    expect(finding?.actual).toMatch(
      /^1 of \d+ predictions failed \(1 × no answer \(ConnectionRefusedError\)\)$/,
    );
    expect(finding?.message).toContain("Its strategy Recreate ends all old pods");
    const [unavailable] = await observe({
      answering: (asked) => (asked.n % 100 ? right(asked) : [503, "no"]),
    });
    expect(unavailable?.actual).toMatch(/× status 503/);
  });

  it.each([
    [
      "a version that answers for the other",
      ({ version, row }) => [200, JSON.stringify({ version, ...v1(row) })],
      "answers that are neither's own: version and prediction do not belong together",
    ],
    [
      "what is no prediction",
      (asked) => (asked.n === 9 ? [200, "ok"] : right(asked)),
      "no prediction but ok",
    ],
    [
      "a server that does not follow",
      ({ row }) => right({ version: "v2", row, n: 0 }),
      "no answer was v1's own: the server does not follow it",
    ],
    [
      "an old version that stays",
      (asked) => (asked.n > 700 && asked.n % 10 === 0 ? right({ ...asked, version: "v1" }) : right(asked)),
      "After the last rollout was over",
    ],
  ] as readonly (readonly [string, Answering, string])[])("does not pass %s", async (_, answering, told) => {
    const findings = await observe({ answering });
    expect(findings.map(({ message }) => message).join("\n")).toContain(told);
  });

  it.each([
    [
      "a Deployment that says v1",
      { says: "v1" },
      "MODEL_VERSION of Deployment model is v1; the new version is v2.",
    ],
    ["a server that names v1", { served: "v1" }, "GET /model of Service model names v1"],
    ["a version that is not stored", { models: { "v1/model.joblib": v1 } }, "has no v2/model.joblib"],
    [
      "a second version that is the first",
      { models: { "v1/model.joblib": v1, "v2/model.joblib": v1 } },
      "it is the same model",
    ],
  ] as readonly (readonly [string, Played, string])[])("disturbs nothing for %s", async (_, played, told) => {
    const { kube, context } = setUp(played);
    const [finding] = await modelUpdate.observe(spec, context);
    expect(finding?.message).toContain(told);
    expect(kube.writesBesideJournal.filter((write) => write.startsWith("patch"))).toEqual([]);
  });

  it("tells a rollout that gets stuck, and puts the version back", async () => {
    const { kube, context } = setUp({ comes: 1 });
    const [finding] = await modelUpdate.observe(spec, context);
    expect(finding?.message).toContain("was not over within 120 s");
    const after = await kube.read({ kind: "Deployment", namespace: "lab-test", name: "model" });
    expect(JSON.stringify(after)).toContain('{"name":"MODEL_VERSION","value":"v2"}');
  });

  it("is errored when too few could be asked, or what was kept is lost", async () => {
    await expect(observe({ rate: 10 })).rejects.toThrow(EnvironmentError);
    const { kube, context } = setUp();
    kube.behaviour.onExec = () => {
      kube.forget({ kind: "Pod", namespace: "lab-test", name: "labctl-ask" });
      return { exitCode: 0, stdout: "", stderr: "" };
    };
    await expect(modelUpdate.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });

  it("fails without a Deployment, and asks nothing", async () => {
    const kube = new FakeKube([service({ name: "model" })]);
    expect(await modelUpdate.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { actual: "not found" },
    ]);
    expect(kube.writesBesideJournal).toEqual([]);
  });
});
