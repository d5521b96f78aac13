/** Kubernetes objects as a cluster would hold them, for fakes. */
import type {
  EndpointSlice,
  KubeObject,
  ManagedFields,
  Node,
  OwnerReference,
  Pod,
  Service,
  Workload,
} from "../../src/kube/objects.ts";

export const namespace = "lab-test";
export const nginxImage = "localhost:5001/nginx:1.22.1";
export const nginxDigest = `sha256:${"a".repeat(64)}`;

export interface PodOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: OwnerReference;
  readonly image?: string;
  readonly digest?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly ip?: string;
  readonly ready?: boolean;
  readonly node?: string;
  readonly sidecar?: boolean;
}

/** A pod with one container `main`, Ready unless it says otherwise. */
export function pod(options: PodOptions): Pod {
  const {
    name,
    labels = { app: "nginx" },
    owner,
    ip = "10.244.1.1",
    ready = true,
    node = "worker-1",
  } = options;
  const {
    image = nginxImage,
    digest = nginxDigest,
    ports = [{ containerPort: 80 }],
    sidecar = false,
  } = options;
  const status = { ready, restartCount: 0, state: { running: {} } };
  const main = { name: "main", image, ports };
  const second = { name: "companion", image: "localhost:5001/lab-app:1" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: options.namespace ?? namespace,
      uid: `uid-${name}`,
      labels,
      ...(owner ? { ownerReferences: [owner] } : {}),
    },
    spec: { containers: sidecar ? [second, main] : [main], ...(node === "" ? {} : { nodeName: node }) },
    status: {
      phase: "Running",
      podIP: ip,
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        { name: "main", image, imageID: `localhost:5001/nginx@${digest}`, ...status },
        ...(sidecar
          ? [{ name: "companion", image: second.image, imageID: `x@sha256:${"c".repeat(64)}`, ...status }]
          : []),
      ],
    },
  };
}

export function ownedBy({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true };
}

export interface DeploymentOptions extends Omit<PodOptions, "name" | "owner" | "ip"> {
  readonly name: string;
  readonly replicas?: number;
  /** The first part of its pods' addresses. */
  readonly net?: string;
}

const manager = "kube-controller-manager";

/** What the API server notes on a ReplicaSet that a Deployment's controller has made. */
export const writtenByController: readonly ManagedFields[] = [
  { manager, fieldsV1: { "f:spec": { "f:template": { "f:spec": {} } } } },
  { manager, subresource: "status", fieldsV1: { "f:status": { "f:replicas": {} } } },
];

/** A Deployment, its ReplicaSet and its pods, owned as Kubernetes owns them. */
export function deployment(options: DeploymentOptions): readonly [Workload, Workload, ...Pod[]] {
  const { name, replicas = 3, labels = { app: "nginx" }, net = "10.244.1" } = options;
  const place = options.namespace ?? namespace;
  const { containers } = pod({ ...options, name }).spec;
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  const status = { replicas, readyReplicas: replicas, updatedReplicas: replicas };
  const top: Workload = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: place, uid: `uid-${place}-${name}` },
    spec,
    status,
  };
  const set: Workload = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-6d4f`,
      namespace: place,
      uid: `uid-${place}-${name}-6d4f`,
      ownerReferences: [ownedBy(top)],
      managedFields: writtenByController,
    },
    spec,
    status,
  };
  const pods = Array.from({ length: replicas }, (_, index) =>
    pod({
      ...options,
      name: `${name}-6d4f-${String(index)}`,
      owner: ownedBy(set),
      ip: `${net}.${String(index + 1)}`,
    }),
  );
  return [top, set, ...pods];
}

export interface ServiceOptions {
  readonly name: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly clusterIP?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export function service(options: ServiceOptions): Service {
  const {
    name,
    selector = { app: "nginx" },
    type = "ClusterIP",
    clusterIP = "10.96.0.10",
    port = 80,
  } = options;
  const { targetPort = port, nodePort } = options;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, uid: `uid-service-${name}` },
    spec: {
      type,
      clusterIP,
      selector,
      ports: [{ port, targetPort, ...(nodePort === undefined ? {} : { nodePort }) }],
    },
  };
}

/** The slice that Kubernetes makes for a Service over these pods. */
export function slice(of: Service, pods: readonly Pod[], port = 80): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${of.metadata.name}-x7k2p`,
      namespace,
      uid: `uid-slice-${of.metadata.name}`,
      labels: {
        "kubernetes.io/service-name": of.metadata.name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      },
      ownerReferences: [ownedBy(of)],
    },
    ports: [{ port }],
    endpoints: pods.map(({ metadata, status }) => ({
      addresses: [status?.podIP ?? ""],
      conditions: { ready: true },
      targetRef: { kind: "Pod", name: metadata.name, namespace, uid: metadata.uid ?? "" },
    })),
  };
}

export function node(name: string, address: string): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: { addresses: [{ type: "InternalIP", address }] },
  };
}

export interface IngressRule {
  readonly host?: string;
  readonly path?: string;
  readonly service: string;
  readonly port?: number;
}

export function ingress(
  name: string,
  rules: readonly IngressRule[],
  tls: readonly { readonly hosts?: readonly string[]; readonly secretName: string }[] = [],
): KubeObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace },
    spec: {
      tls,
      rules: rules.map(({ host, path = "/", service: backend, port = 80 }) => ({
        ...(host === undefined ? {} : { host }),
        http: {
          paths: [
            { path, pathType: "Prefix", backend: { service: { name: backend, port: { number: port } } } },
          ],
        },
      })),
    },
  };
}
