import type { Pod } from "../../kube/objects.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { DisturbContext } from "../check.ts";
import type { CheckFinding } from "../../look/look.ts";
import { httpUrl } from "../../look/url.ts";

interface Question {
  readonly port: number;
  readonly path: string;
  readonly timeoutMs?: number;
}

/** One request to a pod's own address. */
export async function askPod(
  { probe, signal }: DisturbContext,
  pod: Pod,
  { port, path, ...rest }: Question,
): Promise<HttpAnswer> {
  const url = httpUrl({ host: pod.status?.podIP ?? "", port, path });
  const [answer] = await probe.request([{ url, ...rest }], signal);
  return answer ?? { ok: false, reason: "other", message: "no answer" };
}

export function isWell(answer: HttpAnswer): boolean {
  return answer.ok && answer.status === 200;
}

/** The application has to have the path by which an experiment asks it to misbehave. */
export function doesNotObey(
  { namespace }: DisturbContext,
  { pod, question, answer }: { readonly pod: Pod; readonly question: Question; readonly answer: HttpAnswer },
): CheckFinding {
  const { name } = pod.metadata;
  const actual = answer.ok ? `status ${String(answer.status)}` : answer.message;
  return {
    object: `Pod/${name}`,
    reason: "pod-does-not-do-as-asked",
    expected: `status 200 for ${question.path} on port ${String(question.port)}`,
    actual,
    message: `Pod ${name} does not do as labctl asks it by ${question.path}: ${actual}. Does it still run the lab's application?`,
    next: `kubectl -n ${namespace} logs ${name} --all-containers`,
  };
}
