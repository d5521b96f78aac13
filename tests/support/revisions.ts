import type { Workload } from "../../src/kube/objects.ts";
import { deployment, ownedBy } from "./cluster-objects.ts";

export interface RevisionOptions {
  readonly number: number;
  readonly image: string;
  /** Numbers that it had before it was gone back to: "1,3". */
  readonly earlier?: string;
}

/** A ReplicaSet of a Deployment's history, without pods. */
export function revision(top: Workload, { number, image, earlier }: RevisionOptions): Workload {
  const [, set] = deployment({ name: "web" });
  const name = `web-${String(number)}`;
  return {
    ...set,
    metadata: {
      ...set.metadata,
      name,
      uid: `uid-${name}`,
      ownerReferences: [ownedBy(top)],
      annotations: {
        "deployment.kubernetes.io/revision": String(number),
        ...(earlier === undefined ? {} : { "deployment.kubernetes.io/revision-history": earlier }),
      },
    },
    spec: { ...set.spec, replicas: 0, template: { spec: { containers: [{ name: "nginx", image }] } } },
  };
}
