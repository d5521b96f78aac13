/** Helm's own records, as a cluster would hold them, for fakes. */
import { gzipSync } from "node:zlib";
import type { Secret } from "../../src/kube/objects.ts";
import { namespace as testNamespace } from "./cluster-objects.ts";

export interface RevisionOptions {
  readonly name?: string;
  readonly revision?: number;
  readonly status?: string;
  readonly description?: string;
  readonly firstDeployed?: string;
  readonly rollbackRevision?: number;
  readonly chart?: string;
  readonly version?: string;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly templates?: Readonly<Record<string, string>>;
  readonly manifest?: string;
  readonly namespace?: string;
}

/** The Secret of one revision. */
export function revision(options: RevisionOptions = {}): Secret {
  const { name = "web", revision: version = 1, namespace = testNamespace } = options;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v${String(version)}`,
      namespace,
      labels: { owner: "helm", name, version: String(version), status: options.status ?? "deployed" },
    },
    type: "helm.sh/release.v1",
    data: { release: encodeRelease(releaseJson(options)) },
  };
}

function releaseJson(options: RevisionOptions): unknown {
  const { name = "web", revision: version = 1, status = "deployed", rollbackRevision } = options;
  const { chart = "lab-web", version: chartVersion = "0.1.0", templates = {} } = options;
  return {
    name,
    version,
    namespace: options.namespace ?? testNamespace,
    info: {
      status,
      description: options.description ?? "Install complete",
      first_deployed: options.firstDeployed ?? "2026-01-01T00:00:00Z",
      ...(rollbackRevision === undefined ? {} : { rollback_revision: rollbackRevision }),
    },
    chart: {
      metadata: { name: chart, version: chartVersion },
      values: options.defaults ?? { replicas: 1 },
      templates: Object.entries(templates).map(([file, text]) => ({
        name: file,
        data: Buffer.from(text).toString("base64"),
      })),
    },
    config: options.config ?? null,
    manifest: options.manifest ?? deploymentManifest(),
  };
}

/** As the API server hands out what Helm has stored: base64 of base64 of gzip. */
export function encodeRelease(release: unknown): string {
  const inner = gzipSync(JSON.stringify(release)).toString("base64");
  return Buffer.from(inner).toString("base64");
}

interface ManifestOptions {
  readonly replicas?: number;
  readonly image?: string;
}

/** A Deployment `web`, as a chart renders it. */
export function deploymentManifest({
  replicas = 2,
  image = "localhost:5001/lab-app:1",
}: ManifestOptions = {}): string {
  return `---
# Source: lab-web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${String(replicas)}
  template: { spec: { containers: [{ name: web, image: "${image}" }] } }
`;
}
