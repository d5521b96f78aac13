import { z } from "zod";
import type { Pod } from "../../kube/objects.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { expectation, mismatch } from "../traffic/expectation.ts";
import { requireReadyPods } from "./ready-pods.ts";
import { replicas } from "./replicas.ts";
import { httpUrl } from "../traffic/url.ts";

const spec = z.strictObject({
  kind: z.literal("pods-serve"),
  deployment: z.string().min(1),
  port: z.int().min(1).max(65535).describe("Of the pod itself: no Service is involved."),
  path: z.string().startsWith("/").default("/"),
  replicas: replicas.describe("How many pods there have to be."),
  expect: expectation.describe("What each of them answers; headers and body are regular expressions."),
});

/** Every pod, asked at its own address. */
export const podsServe = defineCheck({
  kind: "pods-serve",
  summary: "Each pod of a Deployment answers itself, asked at its own address from inside the cluster.",
  spec,
  async observe(wanted, context) {
    const found = await requireReadyPods(context, wanted);
    if (!found.ok) return found.findings;
    const pods = found.pods.ready;
    const urls = pods.map(({ status }) =>
      httpUrl({ host: status?.podIP ?? "", port: wanted.port, path: wanted.path }),
    );
    const answers = await context.probe.request(
      urls.map((url) => ({ url })),
      context.signal,
    );
    return pods.flatMap((pod, index) => judge({ wanted, pod, answer: answers[index], context }));
  },
});

interface PodAnswer {
  readonly wanted: z.infer<typeof spec>;
  readonly pod: Pod;
  readonly answer: HttpAnswer | undefined;
  readonly context: CheckContext;
}

function judge({ wanted, pod, answer, context }: PodAnswer): readonly CheckFinding[] {
  const wrong = mismatch(wanted.expect, answer ?? { ok: false, reason: "other", message: "no answer" });
  if (!wrong) return [];
  const { name } = pod.metadata;
  return [
    {
      object: `Pod/${name}`,
      ...wrong,
      message: `Pod ${name} does not answer on port ${String(wanted.port)} as it should: ${wrong.actual}.`,
      next: `kubectl -n ${context.namespace} logs ${name}`,
    },
  ];
}
