import { loadAll } from "js-yaml";
import { isKubeObject, type KubeObject } from "../../src/kube/objects.ts";

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly requests: { readonly memory?: string } };
}

interface Workload {
  readonly replicas: number;
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}

/** The objects of a chart, by kind and name. */
export class RenderedChart {
  readonly #all: readonly KubeObject[];

  constructor(text: string) {
    this.#all = loadAll(text).filter(isKubeObject);
  }

  names(kind: string): readonly string[] {
    return this.#all.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  }

  /** @throws Error that says what there is. */
  find(kind: string, name: string): KubeObject {
    const found = this.#all.find((object) => object.kind === kind && object.metadata.name === name);
    if (!found) throw new Error(`no ${kind}/${name}, but ${this.names(kind).join(", ")}`);
    return found;
  }

  data(kind: string, name: string): Readonly<Record<string, string>> {
    return (this.find(kind, name)["data"] ?? {}) as Readonly<Record<string, string>>;
  }

  replicas(deployment: string): number {
    return this.#workload(deployment).replicas;
  }

  /** The one container of a Deployment. */
  container(deployment: string): Container {
    const [container] = this.#workload(deployment).template.spec.containers;
    if (!container) throw new Error(`Deployment/${deployment} has no container`);
    return container;
  }

  #workload(deployment: string): Workload {
    return this.find("Deployment", deployment)["spec"] as Workload;
  }
}
