import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { overOwnNetwork } from "../../../src/grade/own-network.ts";
import type { KubeObject, Service } from "../../../src/kube/objects.ts";
import { deployment, namespace, node, service } from "../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../support/fake-check-context.ts";
import { FakeKube } from "../../support/fake-kube.ts";
import { FakeProbe, page } from "../../support/fake-probe.ts";

const [top, set, ...pods] = deployment({ name: "shop" });
const shop = service({ name: "shop", selector: { app: "shop" }, clusterIP: "10.96.7.1" });
const own: readonly KubeObject[] = [top, set, ...pods, shop, node("worker", "172.18.0.3")];
const podIP = pods[0]?.status?.podIP ?? "";

/** A Service that takes addresses, in this namespace. */
const thief = (spec: Partial<Service["spec"]>, where = namespace): Service => {
  const plain = service({ name: "thief", selector: { app: "decoy" }, clusterIP: "10.96.9.9" });
  const metadata = { ...plain.metadata, namespace: where };
  return { ...plain, metadata, spec: { ...plain.spec, ...spec } };
};
const open = (...more: readonly KubeObject[]) => {
  const kube = new FakeKube([...own, ...more]);
  const probe = new FakeProbe(() => page("ok"));
  const context = fakeCheckContext({ kube, probe });
  return { kube, context, network: overOwnNetwork(context) };
};
const asked = [{ url: "http://10.96.7.1/" }];

describe("overOwnNetwork", () => {
  it("asks where every address is of what it is meant to be", async () => {
    const balanced = { ...thief({ externalIPs: ["192.0.2.7", "10.96.9.9"] }), status: {} };
    const { network } = open(balanced);
    expect(await network.probe.request(asked)).toEqual([page("ok")]);
    expect(await network.probe.requestFromWorker(asked)).toEqual([page("ok")]);
  });

  it("leaves a load balancer at a node's own address alone", async () => {
    const balanced = {
      ...thief({ ports: [{ port: 80 }] }),
      status: { loadBalancer: { ingress: [{ ip: "172.18.0.3" }] } },
    };
    expect(await open(balanced).network.probe.request(asked)).toEqual([page("ok")]);
  });

  const toNodePort = service({ name: "door", nodePort: 30080, clusterIP: "10.96.7.2" });
  it.each([
    ["a Service of the lab", thief({ externalIPs: ["10.96.7.1"] }), "address of Service shop"],
    ["a pod of the lab", thief({ externalIPs: [podIP] }), `address of pod ${pods[0]?.metadata.name ?? ""}`],
    [
      "a Service, from another namespace",
      thief({ externalIPs: ["10.96.7.1"] }, "lab-b"),
      "in namespace lab-b",
    ],
    [
      "a node port",
      thief({ externalIPs: ["172.18.0.3"], ports: [{ port: 30080 }] }),
      "172.18.0.3:30080, which is the address of Service door",
    ],
    [
      "a Service, by a written status",
      { ...thief({}), status: { loadBalancer: { ingress: [{ ip: "10.96.7.1" }] } } },
      "(status.loadBalancer.ingress)",
    ],
  ])("believes nothing while somebody takes %s", async (_, taking, told) => {
    const { network } = open(taking, toNodePort);
    const refused = network.probe.request(asked);
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toThrow(told);
  });

  it("looks again afterwards", async () => {
    const { network, kube, context } = open();
    context.probe.answer = () => {
      kube.add(thief({ externalIPs: ["10.96.7.1"] }));
      return page("ok");
    };
    await expect(network.probe.request(asked)).rejects.toThrow("takes what is sent to 10.96.7.1");
  });

  it("holds for traffic, programs, pages and the front door", async () => {
    const { network, kube } = open();
    const traffic = { url: "http://10.96.7.1/", namespace, perSecond: 1 };
    const running = await network.traffic.start(traffic);
    kube.add(thief({ externalIPs: ["10.96.7.1"] }));
    const all = [
      running.stop(),
      network.traffic.start(traffic),
      network.runners.open({ image: "any", memory: "1Mi" }),
      network.browser.open(),
      network.frontDoor.request({ url: "http://shop.localhost/" }),
      network.probe.resolve("shop"),
    ];
    for (const each of await Promise.allSettled<unknown>(all)) {
      const { message } = (each as PromiseRejectedResult).reason as Error;
      expect(message).toContain("takes what is sent");
    }
  });
});
