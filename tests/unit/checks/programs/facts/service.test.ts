import { expect, it } from "vitest";
import { serviceFact } from "../../../../../src/programs/facts/service.ts";
import { namespace, service } from "../../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../../support/fake-check-context.ts";
import { FakeKube } from "../../../../support/fake-kube.ts";

it("tells a Service that was made in another namespace", async () => {
  const web = service({ name: "web" });
  const slipped = { ...web, metadata: { ...web.metadata, namespace: "default" } };
  const found = await serviceFact({ service: "web" }, fakeCheckContext({ kube: new FakeKube([slipped]) }));
  expect(found).toMatchObject({
    ok: false,
    findings: [
      {
        reason: "in-another-namespace",
        message: `There is no Service web in namespace ${namespace}; there is one in default, which does not count.`,
      },
    ],
  });
});
