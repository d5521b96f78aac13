import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openApiKube } from "../../src/kube/api-kube.ts";
import type { Kube } from "../../src/kube/kube.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { createPodProbe } from "../../src/probe/pod-probe.ts";
import type { CheckReport } from "../../src/report/result.ts";
import { systemClock } from "../../src/system-clock.ts";
import { createWait } from "../../src/wait.ts";
import { runLabctl } from "../support/run-labctl.ts";

const project = join(import.meta.dirname, "..", "..");
const lab = "own-pods";
const place = { namespace: "labctl-system", name: "labctl-probe" };
const probePod = { kind: "Pod", ...place };

vi.stubEnv("LABCTL_LABS", join(project, "tests", "fixtures", "labs"));

let kube: Kube;
const written: KubeObject[] = [];

beforeAll(async () => {
  const started = await runLabctl("start", lab);
  expect(started.exitCode, started.stderr).toBe(0);
  const { stdout } = await runLabctl("kubeconfig");
  kube = await openApiKube(stdout.trim());
});

afterAll(async () => {
  for (const { apiVersion, kind, metadata } of written.toReversed()) {
    const { name, namespace } = metadata;
    await kube.remove({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }
  // Whatever a test has left there: the next check makes its own.
  await kube.remove(probePod, { graceSeconds: 0 });
  await kube.remove({ kind: "Namespace", name: `lab-${lab}` });
  await kube.remove({ kind: "ConfigMap", namespace: place.namespace, name: `lab-${lab}` });
  vi.unstubAllEnvs();
});

async function write(...objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    written.push(object);
    await kube.apply(object);
  }
}

async function check(exercise: string) {
  const { stdout, stderr } = await runLabctl("check", lab, exercise, "-o", "json");
  const report = JSON.parse(stdout) as CheckReport;
  const result = report.exercises.find(({ id }) => id === exercise);
  return { result, stderr };
}

/** A pod of the probe's name and image in which curl is a script that always says yes. */
const liar: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: place,
  spec: {
    containers: [
      {
        name: "probe",
        image: "localhost:5001/probe:1",
        env: [{ name: "PATH", value: "/lies:/usr/bin:/bin" }],
        volumeMounts: [{ name: "lies", mountPath: "/lies" }],
      },
    ],
    volumes: [{ name: "lies", configMap: { name: "lies", defaultMode: 0o755 } }],
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: "Exists" }],
  },
};

const lies: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "lies", namespace: place.namespace },
  data: {
    curl: [
      "#!/bin/sh",
      `word=$(sed -n 's/^write-out = "\\\\n\\([^ ]*\\) .*/\\1/p')`,
      `printf 'HTTP/1.1 200 OK\\r\\n\\r\\nyes\\n%s 0 \\n' "$word"`,
      "",
    ].join("\n"),
  },
};

async function putLiar(): Promise<KubeObject> {
  await kube.remove(probePod, { graceSeconds: 0 });
  await vi.waitUntil(async () => (await kube.read(probePod)) === undefined, { timeout: 30_000 });
  const put = await kube.create(liar);
  await vi.waitUntil(
    async () => (await kube.read({ ...probePod, kind: "Pod" }))?.status?.phase === "Running",
    {
      timeout: 60_000,
    },
  );
  return put;
}

const service = { url: `http://web.lab-${lab}.svc.cluster.local/` };

describe("a probe pod that somebody else made", () => {
  test("is replaced before anything is asked in it", async () => {
    await write(lies);
    const { metadata } = await putLiar();
    const said = await kube.exec(place, [
      "sh",
      "-c",
      `printf '%s' 'write-out = "\\nword %{exitcode}"' | curl`,
    ]);
    expect(said.stdout).toBe("HTTP/1.1 200 OK\r\n\r\nyes\nword 0 \n");
    const { result, stderr } = await check("asked");
    expect(result, stderr).toMatchObject({ status: "failed", score: 0 });
    const now = await kube.read(probePod);
    expect(now?.metadata.uid).not.toBe(metadata.uid);
  });

  test("is not believed when it comes while something is asked", async () => {
    const wait = createWait(systemClock, kube);
    const canary = join(project, "manifests", "canary");
    const probe = createPodProbe({
      kube,
      wait,
      image: "localhost:5001/probe:1",
      canary,
      boundary: () => "word",
    });
    expect(await probe.request([service])).toMatchObject([{ ok: false }]);
    await putLiar();
    await expect(probe.request([service])).rejects.toThrow("another object of the same name");
    expect(await probe.request([service])).toMatchObject([{ ok: false }]);
  });
});

const admission = "admissionregistration.k8s.io/v1";

/** Rewrites what labctl makes for this lab, and nothing else. */
function policy(rule: object, path: string, value: string): readonly KubeObject[] {
  const name = `labctl-e2e-${lab}${path.replaceAll(/\W+/g, "-").toLowerCase()}`;
  const patch = `[JSONPatch{op: "add", path: "${path}", value: ${value}}]`;
  const spec = {
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    matchConstraints: {
      objectSelector: { matchLabels: { "labctl.dev/look": `lab-${lab}` } },
      resourceRules: [{ ...rule, apiVersions: ["v1"], operations: ["CREATE"] }],
    },
    mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: patch } }],
  };
  return [
    { apiVersion: admission, kind: "MutatingAdmissionPolicy", metadata: { name }, spec },
    {
      apiVersion: admission,
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  ];
}

describe("what an admission policy makes of what labctl sends", () => {
  test.each([
    ["told", "Pod", { apiGroups: [""], resources: ["pods"] }, "/spec/containers/0/command", `["true"]`],
    [
      "tried",
      "Job",
      { apiGroups: ["batch"], resources: ["jobs"] },
      "/spec/template/spec/containers/0/command",
      `["true"]`,
    ],
  ])("%s: the exercise is errored, and the policy is named", async (exercise, kind, rule, path, value) => {
    const objects = policy(rule, path, value);
    await write(...objects);
    // Until the API server has heard of it, the lab fails as it does without.
    const { result, stderr } = await vi.waitUntil(
      async () => {
        const checked = await check(exercise);
        return checked.result?.status === "failed" ? undefined : checked;
      },
      { timeout: 60_000 },
    );
    expect(result, stderr).toMatchObject({ status: "errored", score: 0 });
    expect(result?.reason).toContain(`labctl's own ${kind} labctl-`);
    expect(result?.reason).toContain(`MutatingAdmissionPolicy ${String(objects[0]?.metadata.name)}`);
  });
});
