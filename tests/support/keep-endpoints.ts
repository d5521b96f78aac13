import { isSelected } from "../../src/diagnosis/service-cause.ts";
import { isLive, isReady } from "../../src/kube/deployment-pods.ts";
import type { Pod, Service } from "../../src/kube/objects.ts";
import { slice } from "./cluster-objects.ts";
import type { FakeKube } from "./fake-kube.ts";

/** Plays the controller of EndpointSlices: whoever lists them sees what the Services select at that moment. */
export function keepEndpoints(kube: FakeKube): FakeKube {
  const list = kube.list.bind(kube);
  kube.list = async (kind, options) => {
    if (kind !== "EndpointSlice") return list(kind, options);
    const all = [...kube.objects.values()];
    const pods = (all as Pod[]).filter((each) => each.kind === "Pod" && isLive(each) && isReady(each));
    const services = (all as Service[]).filter(({ kind: its }) => its === "Service");
    const wanted = options?.labelSelector?.split("=")[1];
    return services
      .filter(({ metadata }) => wanted === undefined || metadata.name === wanted)
      .map((each) =>
        slice(
          each,
          pods.filter((pod) => isSelected(each, pod)),
        ),
      ) as never;
  };
  return kube;
}
