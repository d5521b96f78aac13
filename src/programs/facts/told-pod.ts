import type { Pod } from "../../kube/objects.ts";

/** A pod as a program is told of it. */
export interface ToldPod {
  readonly name: string;
  readonly address: string | undefined;
  readonly node: string | undefined;
  readonly uid: string | undefined;
  /** RFC 3339. */
  readonly startedAt: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** As the spec of its containers names them. */
  readonly images: readonly string[];
}

export function tellPod({ metadata, spec, status }: Pod): ToldPod {
  return {
    name: metadata.name,
    address: status?.podIP,
    node: spec.nodeName,
    uid: metadata.uid,
    startedAt: status?.startTime,
    labels: metadata.labels ?? {},
    images: spec.containers.flatMap(({ image }) => image ?? []),
  };
}
