import { describe, expect, it } from "vitest";
import { jupyterPersist } from "../../../../src/checks/leaving/jupyter-persist.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Pod } from "../../../../src/kube/objects.ts";
import { namespace, ownedBy, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeJupyter, prints } from "../../../support/fake-jupyter.ts";
import type { FakeKubeBehaviour } from "../../../support/fake-kube.ts";
import { page } from "../../../support/fake-probe.ts";
import { jupyterLab, target, token } from "../../../support/jupyter-lab.ts";
import { volumePods } from "../../../support/volume-pods.ts";

const spec = jupyterPersist.spec.parse({
  kind: "jupyter-persist",
  ...target,
  image: "localhost:5001/python:3.11",
});
const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "notebooks", namespace } };
const home = { name: "home", persistentVolumeClaim: { claimName: "notebooks" } };
const mount = (name: string, mountPath: string) => ({ name, mountPath });
const withVolumes =
  (volumes: readonly object[], volumeMounts: readonly object[]) =>
  ({ spec: { containers } }: Pod) => ({
    volumes,
    containers: containers.map((each) => ({ ...each, volumeMounts })),
  });

interface LabOptions {
  readonly podSpec?: (pod: Pod) => object;
  /** What becomes of the files when the pod is deleted. */
  readonly onDelete?: (server: FakeJupyter) => void;
  /** What the claim holds of the file; by default all of it. */
  readonly onClaim?: (server: FakeJupyter) => string;
}

/** The pod is deleted, and another server process answers. */
function setUp(options: LabOptions = {}) {
  const run = (code: string) => {
    const [, removed = ""] = /os\.remove\("(.+)"\)/.exec(code) ?? [];
    server.files.delete(removed);
    return prints("/home/jovyan\n");
  };
  const server: FakeJupyter = new FakeJupyter({ token, run });
  const stored = options.onClaim ?? (() => [...server.files.values()].join(""));
  const behaviour: FakeKubeBehaviour = {
    ...volumePods(() => stored(server)),
    onRemove: (ref, kube) => {
      if (ref.name.startsWith("labctl-")) return;
      server.started = "2026-01-01T00:01:00.000000Z";
      options.onDelete?.(server);
      kube.add(pod({ name: "jupyter-6d4f-new", owner: ownedBy(lab.set), ip: "10.244.1.9" }));
    },
  };
  const { podSpec = withVolumes([home], [mount("home", "/home/jovyan")]) } = options;
  const lab = jupyterLab({ server, behaviour, podSpec });
  lab.kube.add(claim);
  return { ...lab, server, look: () => jupyterPersist.observe(spec, lab.context) };
}

const deleted = "remove Pod lab-test/jupyter-6d4f-0";

describe("jupyter-persist", () => {
  it("passes a file that is on the claim, and in the next pod; it is removed afterwards", async () => {
    const { look, kube, server, context } = setUp();
    expect(await look()).toEqual([]);
    expect(kube.writesBesideJournal).toEqual([
      "apply Pod lab-test/labctl-volume",
      "remove Pod lab-test/labctl-volume",
      deleted,
    ]);
    expect([...server.files]).toEqual([]);
    expect(context.said).toContain("deleting pod jupyter-6d4f-0");
  });

  it("writes another text each time", async () => {
    const seen: string[] = [];
    const { look, context } = setUp({
      onClaim: ({ files }) => {
        seen.push([...files.values()].join());
        return "";
      },
    });
    await look();
    await look();
    expect(context.said).not.toContain(deleted);
    expect(seen[0]).not.toEqual(seen[1]);
  });

  it.each([
    ["an emptyDir", [{ name: "home", emptyDir: {} }], "There is an emptyDir, which ends with its pod."],
    [
      "a folder of the node",
      [{ name: "home", hostPath: { path: "/x" } }],
      "There is a volume of the kind hostPath.",
    ],
  ])("does not pass %s, and disturbs nothing", async (_, volumes, told) => {
    const { look, kube } = setUp({ podSpec: withVolumes(volumes, [mount("home", "/home/jovyan")]) });
    const [finding] = await look();
    expect(finding?.message).toContain(`keeps its files in /home/jovyan. ${told}`);
    expect(kube.writesBesideJournal).toEqual([]);
  });

  it("does not pass a claim that is mounted elsewhere, nor a pod without volumes", async () => {
    const elsewhere = setUp({ podSpec: withVolumes([home], [mount("home", "/data")]), onClaim: () => "" });
    const [finding] = await elsewhere.look();
    expect(finding?.message).toContain("The claim notebooks is mounted at /data.");
    expect(elsewhere.kube.writesBesideJournal).not.toContain(deleted);
    const none = setUp({ podSpec: withVolumes([], []) });
    expect((await none.look())[0]?.message).toContain("mounts no PersistentVolumeClaim");
  });

  it.each([
    ["a file that is gone", ({ files }: FakeJupyter) => files.clear(), /^status 404/],
    [
      "a file of another text",
      (server: FakeJupyter) => {
        for (const name of server.files.keys()) server.files.set(name, "old");
      },
      /^another text/,
    ],
  ])("does not pass %s", async (_, onDelete, actual) => {
    const [finding] = await setUp({ onDelete }).look();
    expect(finding?.actual).toMatch(actual);
  });

  it("does not take the old server's word for the next one's", async () => {
    const { look, server } = setUp({ onDelete: () => (server.started = "2026-01-01T00:00:00.000000Z") });
    expect(await look()).toMatchObject([{ actual: "no answer of another server" }]);
  });

  it("fails when nothing can be saved, or there is no server", async () => {
    const { look, server, kube } = setUp();
    server.before = ({ method }) =>
      method === "PUT" ? page(JSON.stringify({ message: "Permission denied" }), {}, 500) : undefined;
    expect((await look())[0]?.message).toContain("cannot save a file: status 500 (Permission denied)");
    expect(kube.writesBesideJournal).toEqual([]);
    expect(await jupyterPersist.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when the pod cannot be deleted, or labctl's own cannot look", async () => {
    const stuck = setUp();
    stuck.kube.behaviour = {
      ...stuck.kube.behaviour,
      onRemove: ({ name }) => {
        if (!name.startsWith("labctl-")) throw new EnvironmentError({ message: "refused", hint: "none" });
      },
    };
    await expect(stuck.look()).rejects.toThrow(EnvironmentError);
    const blind = setUp();
    blind.kube.behaviour = volumePods(() => "Killed", "Failed");
    await expect(blind.look()).rejects.toThrow(EnvironmentError);
  });
});
