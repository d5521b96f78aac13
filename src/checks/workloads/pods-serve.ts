import type { Pod } from "../../kube/objects.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { mismatch } from "../traffic/expectation.ts";
import { requireReadyPods } from "../../look/ready-pods.ts";
import { httpUrl } from "../../look/url.ts";
import type { Spec } from "./pods-serve-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
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
}

interface PodAnswer {
  readonly wanted: Spec;
  readonly pod: Pod;
  readonly answer: HttpAnswer | undefined;
  readonly context: LookContext;
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
