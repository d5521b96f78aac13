import { describe, expect, it } from "vitest";
import { pod as podKind } from "../../../../src/checks/workloads/pod-spec.ts";
import type { Container, Pod } from "../../../../src/kube/objects.ts";
import { nginxImage, pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";

const web = pod({ name: "web" });
const look = (spec: object, { objects }: { readonly objects: readonly Pod[] }) =>
  podKind.observe(
    podKind.spec.parse({ kind: "pod", ...spec }),
    fakeCheckContext({ kube: new FakeKube(objects) }),
  );

describe("pod that has to run the given program", () => {
  it("fails where another program runs in place of the image's, and not for what is beside it", async () => {
    const change = (its: Partial<Container>): Pod => ({
      ...web,
      spec: { ...web.spec, containers: web.spec.containers.map((each) => ({ ...each, ...its })) },
    });
    const run = (program: string, its: Pod) =>
      look({ name: "web", image: nginxImage, program }, { objects: [its] });
    const covered = change({ volumeMounts: [{ name: "page", mountPath: "/usr/share/nginx/html" }] });
    const asleep = change({ command: ["sleep", "infinity"] });
    for (const program of ["unchanged", "started"]) {
      expect(await run(program, web)).toEqual([]);
      expect(await run(program, asleep)).toMatchObject([
        { reason: "program-changed", actual: expect.stringContaining("sleep infinity") as string },
      ]);
    }
    expect(await run("started", covered)).toEqual([]);
    expect(await run("unchanged", covered)).toMatchObject([{ reason: "program-changed" }]);
    const twice = pod({ name: "web", sidecar: true });
    expect(await run("unchanged", twice)).toEqual([]);
  });

  it("does not take the environment of another container for that of the image's", async () => {
    const beside = pod({ name: "web", sidecar: true });
    const env = [{ name: "STAGE", value: "production" }];
    const having = (which: string): Pod => ({
      ...beside,
      spec: {
        ...beside.spec,
        containers: beside.spec.containers.map((each) => (each.name === which ? { ...each, env } : each)),
      },
    });
    const wanted = { name: "web", image: nginxImage, env: { STAGE: "production" } };
    expect(await look(wanted, { objects: [having("main")] })).toEqual([]);
    expect(await look(wanted, { objects: [having("companion")] })).toMatchObject([
      { reason: "other-environment" },
    ]);
  });
});
