/** A solved jupyter lab in memory: its objects, its server behind the front door, and a context that has both. */
import type { KubeObject, Pod, Workload } from "../../src/kube/objects.ts";
import { deployment, ingress, namespace, service, slice } from "./cluster-objects.ts";
import { fakeCheckContext } from "./fake-check-context.ts";
import { FakeJupyter, prints } from "./fake-jupyter.ts";
import { FakeKube, type FakeKubeBehaviour } from "./fake-kube.ts";

export const token = "the-lab-token";
export const host = "jupyter.localhost";
export const target = { deployment: "jupyter", host, secret: "jupyter-token" };

export const secretEnv = {
  name: "JUPYTER_TOKEN",
  valueFrom: { secretKeyRef: { name: "jupyter-token", key: "token" } },
};

export const secret = (value = token): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "jupyter-token", namespace },
  data: { token: Buffer.from(value).toString("base64") },
});

interface LabOptions {
  readonly replicas?: number;
  /** The container of the pod template. */
  readonly container?: object;
  /** Of the Ingress's backend. */
  readonly port?: number;
  readonly behaviour?: FakeKubeBehaviour;
  /** Put into each pod's spec. */
  readonly podSpec?: (pod: Pod) => object;
  readonly server?: FakeJupyter;
}

export function jupyterLab(options: LabOptions = {}) {
  const { replicas = 1, container = { name: "jupyter", env: [secretEnv] }, port = 80 } = options;
  const labels = { app: "jupyter" };
  const [top, set, ...made] = deployment({
    ...{ name: "jupyter", labels, replicas, ports: [{ containerPort: 8888 }] },
  });
  const pods = made.map((each) => ({ ...each, spec: { ...each.spec, ...options.podSpec?.(each) } }));
  const front = service({ name: "jupyter", selector: labels, targetPort: 8888 });
  const objects = [
    withContainer(top, container),
    ...[set, ...pods, front, slice(front, pods, 8888), secret()],
    ingress("jupyter", [{ host, service: "jupyter", port }]),
  ];
  const kube = new FakeKube(objects, options.behaviour);
  const server = options.server ?? new FakeJupyter({ token, run: (code) => prints(python(code, pods[0])) });
  return { kube, server, pods, set, context: fakeCheckContext({ kube, frontDoor: server.door }) };
}

function withContainer(top: Workload, container: object): Workload {
  const template = { ...top.spec.template, spec: { containers: [container] as never } };
  return { ...top, spec: { ...top.spec, template } };
}

/** What Python would print, for the two programs that checks send. */
export function python(code: string, pod: Pod | undefined): string {
  const [, mark = "", a = "0", b = "0"] = /print\("(\w+)", (\d+) \* (\d+)/.exec(code) ?? [];
  if (mark === "") return "/home/jovyan\n";
  return `${mark} ${String(BigInt(a) * BigInt(b))} ${pod?.status?.podIP ?? ""}\n`;
}
