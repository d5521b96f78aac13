import { describe, expect, it } from "vitest";
import { http } from "../../../../src/checks/traffic/http-spec.ts";
import { deployment, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeFrontDoor } from "../../../support/fake-front-door.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page } from "../../../support/fake-probe.ts";

const parse = (spec: object) => http.spec.parse({ kind: "http", expect: { status: 200 }, ...spec });

describe("http that sends something and reads JSON", () => {
  const spec = parse({
    via: { service: "queue", port: 80, path: "/jobs" },
    method: "POST",
    headers: { "x-who": "labctl" },
    json: { name: "one" },
    expect: {
      status: 201,
      json: [
        { that: 'json.state == "waiting"', message: "A job that was just sent does not wait." },
        { that: "json.jobs.size() >= 1", message: "The queue has no jobs." },
      ],
    },
  });
  const objects = [...deployment({ name: "queue" }), service({ name: "queue" })];
  const look = (answer: string, status = 201) => {
    const probe = new FakeProbe(() => page(answer, {}, status));
    return http.observe(spec, fakeCheckContext({ kube: new FakeKube(objects), probe }));
  };

  it("sends what it was given, with the method and the headers", async () => {
    const probe = new FakeProbe(() => page('{"state": "waiting", "jobs": [1]}', {}, 201));
    expect(await http.observe(spec, fakeCheckContext({ kube: new FakeKube(objects), probe }))).toEqual([]);
    expect(probe.asked).toEqual([
      {
        url: "http://10.96.0.10:80/jobs",
        method: "POST",
        headers: { "content-type": "application/json", "x-who": "labctl" },
        body: '{"name":"one"}',
      },
    ]);
  });

  it.each([
    [
      "an answer that is otherwise",
      '{"state": "lost", "jobs": [1]}',
      {
        expected: 'http://10.96.0.10:80/jobs: json.state == "waiting"',
        actual: '{"state":"lost","jobs":[1]}',
      },
      "A job that was just sent does not wait.",
    ],
    ["a field that is not there", '{"state": "waiting"}', { actual: "No such key: jobs" }, "has no jobs."],
    [
      "an answer that is nested without end",
      `{"state":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
      { reason: "no-json" },
      "a page that begins",
    ],
    ["a page", "<h1>Jobs</h1>", { expected: expect.stringContaining("JSON") as string }, "a page with"],
  ])("does not pass %s", async (_, answer, finding, message) => {
    const [found] = await look(answer);
    expect(found).toMatchObject(finding);
    expect(found?.message).toContain(message);
  });

  it("does not read an answer of another status", async () => {
    expect(await look('{"state": "waiting", "jobs": [1]}', 500)).toMatchObject([{ actual: "status 500" }]);
  });

  it("sends a body through the ingress controller, too", async () => {
    const frontDoor = new FakeFrontDoor(() => page("ok"));
    const plain = parse({
      via: { ingress: "queue.localhost" },
      method: "PUT",
      body: "one",
      headers: { "content-type": "text/plain" },
      expect: { status: 200 },
    });
    expect(await http.observe(plain, fakeCheckContext({ frontDoor }))).toEqual([]);
    expect(frontDoor.asked).toMatchObject([
      { method: "PUT", body: "one", headers: { "content-type": "text/plain" } },
    ]);
  });

  it("refuses a body without a method, two bodies, and CEL that does not compile", () => {
    const via = { ingress: "queue.localhost" };
    expect(() => parse({ via, body: "one" })).toThrow("needs a method");
    expect(() => parse({ via, method: "POST", body: "one", json: 1 })).toThrow("either a body or json");
    const json = [{ that: "object.a", message: "a" }];
    expect(() => parse({ via, expect: { status: 200, json } })).toThrow("CEL does not compile");
  });
});
