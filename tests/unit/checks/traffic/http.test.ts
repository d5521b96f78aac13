import { describe, expect, it } from "vitest";
import { http } from "../../../../src/checks/traffic/http-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { HttpRequest } from "../../../../src/probe/probe.ts";
import {
  deployment,
  ingress,
  namespace,
  node,
  pod,
  service,
  slice,
} from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeFrontDoor } from "../../../support/fake-front-door.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { FakeProbe, page, refused } from "../../../support/fake-probe.ts";

const welcome = page("<h1>Welcome to nginx!</h1>", { server: "nginx/1.22.1" });
const expectNginx = { status: 200, headers: { server: "^nginx" } };
const nginx = () => deployment({ name: "nginx-deployment" });
const parse = (spec: object) => http.spec.parse({ kind: "http", expect: expectNginx, ...spec });

/** A Service that sends each request to the next pod, which writes it to its log. */
function balanced(kube: FakeKube, pods: readonly string[]) {
  let turn = 0;
  return ({ url }: HttpRequest) => {
    const name = pods[turn++ % pods.length] ?? "";
    const key = `${namespace}/${name}`;
    kube.logText.set(
      key,
      `${kube.logText.get(key) ?? ""}GET ${new URL(url).pathname}${new URL(url).search} 200\n`,
    );
    return welcome;
  };
}

const names = (count: number) =>
  Array.from({ length: count }, (_, n) => `nginx-deployment-6d4f-${String(n)}`);

describe("http via a Service, by log", () => {
  const spec = parse({
    via: { service: "nginx", port: 80 },
    reaches: { deployment: "nginx-deployment", every: true, by: "log" },
  });

  it("passes when every pod was reached", async () => {
    const kube = new FakeKube([...nginx(), service({ name: "nginx" })]);
    const probe = new FakeProbe(balanced(kube, names(3)));
    expect(await http.observe(spec, fakeCheckContext({ kube, probe }))).toEqual([]);
    expect(probe.asked[0]?.url).toBe("http://10.96.0.10:80/");
  });

  it("does not take endpoints that were written by hand for the pods behind a selector", async () => {
    const bare = service({ name: "nginx", selector: {} });
    const [top, set, ...pods] = nginx();
    const kube = new FakeKube([top, set, ...pods, bare]);
    const probe = new FakeProbe(balanced(kube, names(3)));
    const look = () => http.observe(spec, fakeCheckContext({ kube, probe }));
    expect(await look()).toMatchObject([{ reason: "no-selector" }]);
    const { metadata, ...written } = slice(bare, pods);
    kube.add(service({ name: "nginx" }), {
      ...written,
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": "nginx" } },
    });
    expect(await look()).toMatchObject([{ reason: "endpoints-by-hand" }]);
  });

  it("does not let one pod answer for three", async () => {
    const kube = new FakeKube([...nginx(), service({ name: "nginx" })]);
    const probe = new FakeProbe(balanced(kube, names(1)));
    const [finding] = await http.observe(spec, fakeCheckContext({ kube, probe }));
    expect(finding?.actual).toBe("never answered: nginx-deployment-6d4f-1, nginx-deployment-6d4f-2");
  });

  it("does not take the right page from a pod that is not the Deployment's", async () => {
    const kube = new FakeKube([...nginx(), pod({ name: "static" }), service({ name: "nginx" })]);
    const probe = new FakeProbe(balanced(kube, ["static"]));
    const [finding] = await http.observe(spec, fakeCheckContext({ kube, probe }));
    expect(finding?.message).toContain("no answer comes from the pods of Deployment nginx-deployment");
  });

  it("explains a refused connection by the Service's port", async () => {
    const kube = new FakeKube([...nginx(), service({ name: "nginx", targetPort: 8080 })]);
    const [finding] = await http.observe(
      spec,
      fakeCheckContext({ kube, probe: new FakeProbe(() => refused) }),
    );
    expect(finding).toMatchObject({
      object: "Service/nginx",
      actual: "connection refused, as if nothing listened there",
    });
    expect(finding?.message).toBe(
      "targetPort 8080 of Service nginx leads nowhere: the containers declare port 80.",
    );
  });

  it("does not take what was there before a change for an answer to it", async () => {
    const clock = new FakeClock();
    const time = new Date(clock.now()).toISOString();
    const changed = service({ name: "nginx" });
    const kube = new FakeKube([
      ...nginx(),
      { ...changed, metadata: { ...changed.metadata, managedFields: [{ time }] } },
    ]);
    const learntAt = clock.now() + 2000;
    const before = balanced(kube, names(3));
    const probe = new FakeProbe((request) => (clock.now() < learntAt ? before(request) : refused));
    expect(await http.observe(spec, fakeCheckContext({ kube, probe, clock }))).toHaveLength(1);
  });

  it("gives what looks right a moment to settle", async () => {
    const kube = new FakeKube([...nginx(), service({ name: "nginx" })]);
    const answer = balanced(kube, names(3));
    let looks = 0;
    const probe = new FakeProbe((request) => (looks++ < 2 ? refused : answer(request)));
    expect(await http.observe(spec, fakeCheckContext({ kube, probe }))).toEqual([]);
  });

  it("fails without the Service, or without its port", async () => {
    expect(await http.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
    const kube = new FakeKube([...nginx(), service({ name: "nginx", port: 8080 })]);
    expect(await http.observe(spec, fakeCheckContext({ kube }))).toMatchObject([{ path: "spec.ports" }]);
  });
});

describe("http via a node port", () => {
  const spec = parse({ via: { nodePort: "door" }, reaches: { deployment: "nginx-deployment", by: "log" } });
  const nodes = [node("worker-1", "172.18.0.3"), node("worker-2", "172.18.0.4")];
  const door = service({ name: "door", type: "NodePort", nodePort: 30080 });

  it("asks every node", async () => {
    const kube = new FakeKube([...nginx(), ...nodes, door]);
    const probe = new FakeProbe(balanced(kube, names(3)));
    expect(await http.observe(spec, fakeCheckContext({ kube, probe }))).toEqual([]);
    expect(probe.asked.map(({ url }) => url).slice(0, 2)).toEqual([
      "http://172.18.0.3:30080/",
      "http://172.18.0.4:30080/",
    ]);
  });

  it("fails when one node does not answer", async () => {
    const kube = new FakeKube([...nginx(), ...nodes, door]);
    const answer = balanced(kube, names(3));
    const probe = new FakeProbe((request) => (request.url.includes("0.4") ? refused : answer(request)));
    const [finding] = await http.observe(spec, fakeCheckContext({ kube, probe }));
    expect(finding?.expected).toContain("http://172.18.0.4:30080/");
  });

  it("says that a ClusterIP opens no port", async () => {
    const kube = new FakeKube([...nginx(), ...nodes, service({ name: "door" })]);
    expect(await http.observe(spec, fakeCheckContext({ kube }))).toMatchObject([
      { path: "spec.type", actual: "ClusterIP" },
    ]);
  });
});

describe("http via the ingress controller, by an instance's header", () => {
  const spec = parse({
    via: { ingress: "shop.localhost", path: "/v1" },
    expect: { status: 200 },
    reaches: { deployment: "shop-v1", by: "header:x-instance" },
  });
  const objects = [
    ...deployment({ name: "shop-v1", replicas: 1, net: "10.244.5", ports: [{ containerPort: 8080 }] }),
    service({ name: "shop-v1" }),
  ];
  const probe = new FakeProbe(({ url }) =>
    page("", { "x-instance": url === "http://10.244.5.1:8080/" ? "abc" : "none" }),
  );
  const rule = { host: "shop.localhost", path: "/v1", service: "shop-v1" };

  it("passes when the answer carries the pod's own id", async () => {
    const kube = new FakeKube([...objects, ingress("shop", [rule])]);
    const frontDoor = new FakeFrontDoor(() => page("shop", { "x-instance": "abc" }));
    expect(await http.observe(spec, fakeCheckContext({ kube, probe, frontDoor }))).toEqual([]);
    expect(frontDoor.asked[0]?.url).toBe("http://shop.localhost/v1");
  });

  it("looks again where a pod on its way out answers, and not for long where a stranger stays", async () => {
    const kube = new FakeKube([...objects, ingress("shop", [rule])]);
    const answered = async (isOwn: (nth: number) => boolean) => {
      let nth = 0;
      const frontDoor = new FakeFrontDoor(() => page("shop", { "x-instance": isOwn(nth++) ? "abc" : "old" }));
      return http.observe(spec, fakeCheckContext({ kube, probe, frontDoor }));
    };
    expect(await answered((nth) => nth > 3)).toEqual([]);
    expect(await answered((nth) => nth % 10 !== 3)).toHaveLength(1);
  });

  it("does not take a header for a witness that the pods of another Deployment show as well", async () => {
    const other = deployment({
      name: "shop-v2",
      replicas: 1,
      net: "10.244.6",
      ports: [{ containerPort: 8080 }],
    });
    const kube = new FakeKube([...objects, ...other, ingress("shop", [rule])]);
    const frontDoor = new FakeFrontDoor(() => page("shop", { "x-instance": "abc" }));
    const same = new FakeProbe(() => page("", { "x-instance": "abc" }));
    const [finding] = await http.observe(spec, fakeCheckContext({ kube, probe: same, frontDoor }));
    expect(finding?.actual).toBe("the same value from shop-v1-6d4f-0, shop-v2-6d4f-0");
    expect(await http.observe(spec, fakeCheckContext({ kube, probe, frontDoor }))).toEqual([]);
  });

  it("fails for the other version, or a page that knows no id", async () => {
    const kube = new FakeKube([...objects, ingress("shop", [rule])]);
    for (const headers of [{ "x-instance": "xyz" }, {}] as Record<string, string>[]) {
      const frontDoor = new FakeFrontDoor(() => page("shop", headers));
      expect(await http.observe(spec, fakeCheckContext({ kube, probe, frontDoor }))).toHaveLength(1);
    }
  });

  it.each([
    ["no Ingress at all", [], "There is no Ingress in namespace lab-test yet."],
    [
      "no rule for the host",
      [ingress("shop", [{ ...rule, host: "other" }])],
      "No Ingress has a rule for the host shop.localhost; there are rules for: other.",
    ],
    [
      "the backend of a wildcard's rule",
      [ingress("shop", [{ ...rule, host: "*.localhost", service: "shop" }])],
      "The Ingress names the Service shop, which does not exist.",
    ],
    [
      "a wildcard that stands for another domain",
      [ingress("shop", [{ ...rule, host: "*.example" }])],
      "No Ingress has a rule for the host shop.localhost; there are rules for: *.example.",
    ],
    [
      "no rule for the path",
      [ingress("shop", [{ ...rule, path: "/v2" }])],
      "The rules for shop.localhost do not cover the path /v1; they name: /v2.",
    ],
    [
      "a Service that is not there",
      [ingress("shop", [{ ...rule, service: "shop" }])],
      "The Ingress names the Service shop, which does not exist.",
    ],
    [
      "a port that is not there",
      [ingress("shop", [{ ...rule, port: 8080 }])],
      "The Ingress names port 8080 of Service shop-v1, which has: 80.",
    ],
  ])("explains a 404 by %s", async (_, ingresses, message) => {
    const kube = new FakeKube([...objects, ...ingresses]);
    const [finding] = await http.observe(spec, fakeCheckContext({ kube, probe }));
    expect(finding).toMatchObject({ actual: "status 404", message });
  });

  it("is errored when nothing answers at the front door", async () => {
    const frontDoor = new FakeFrontDoor(() => {
      throw new EnvironmentError({ message: "nothing answers", hint: "labctl up" });
    });
    await expect(http.observe(spec, fakeCheckContext({ frontDoor }))).rejects.toThrow(EnvironmentError);
  });
});

describe("http, turned round", () => {
  const spec = parse({
    via: { ingress: "elsewhere.localhost" },
    expect: { status: 200, body: "Welcome" },
    not: true,
  });

  it("passes where the page is not given", async () => {
    expect(await http.observe(spec, fakeCheckContext())).toEqual([]);
  });

  it("fails where it is", async () => {
    const [finding] = await http.observe(
      spec,
      fakeCheckContext({ frontDoor: new FakeFrontDoor(() => welcome) }),
    );
    expect(finding?.message).toBe(
      "http://elsewhere.localhost/ gives the page with Welcome, too: the rule is meant for one host only.",
    );
  });
});

describe("http for a host that nobody can name beforehand", () => {
  const spec = parse({ via: { ingress: "stranger-*.localhost" }, expect: { status: 200 }, not: true });

  it("asks another one each time, which a rule for the one of before does not help", async () => {
    const frontDoor = new FakeFrontDoor(({ url }) =>
      url === "http://stranger-nonce0000.localhost/" ? page("", {}, 404) : welcome,
    );
    const context = fakeCheckContext({ frontDoor });
    expect(await http.observe(spec, context)).toEqual([]);
    const [finding] = await http.observe(spec, context);
    expect(finding?.message).toContain("http://stranger-nonce0001.localhost/ gives status 200, too");
  });
});
