import { isLive, isReady, uidsOf } from "../../kube/deployment-pods.ts";
import type { Pod, PodSpec } from "../../kube/objects.ts";
import type { HttpAnswer, HttpRequest } from "../../probe/probe.ts";
import type { LookContext } from "../../look/look.ts";
import type { EntryPoints } from "./entry-points.ts";
import { httpUrl, withQuery } from "../../look/url.ts";

/** Sends requests and names, for each, the pod that answered it; undefined when it was none of the pods. */
export type Responders = (requests: readonly HttpRequest[]) => Promise<readonly (string | undefined)[]>;

interface Watched {
  readonly pods: readonly Pod[];
  readonly entryPoints: EntryPoints;
  readonly context: LookContext;
}

/** A log is written a moment after the answer is sent. */
const logLagMs = 5000;

/** By a random word in each request's query string, looked for in the logs of the pods' own containers. */
export function respondersByLog({ pods, entryPoints, context }: Watched): Responders {
  return async (requests) => {
    const words = requests.map(() => context.nonce());
    await entryPoints.send(
      requests.map((request, index) => ({ ...request, url: withQuery(request.url, words[index] ?? "") })),
    );
    const waited = await context.wait({
      observe: async () => {
        const logs = await readLogs(pods, context);
        const value = words.map((word) => logs.find(({ text }) => text.includes(word))?.pod);
        return { done: value.every((pod) => pod !== undefined), value };
      },
      withinMs: logLagMs,
      everyMs: 500,
      signal: context.signal,
    });
    return waited.value;
  };
}

async function readLogs(pods: readonly Pod[], { kube, namespace }: LookContext) {
  const containers = pods.flatMap(({ metadata, spec }) =>
    spec.containers.map((container) => ({ name: metadata.name, container: container.name })),
  );
  return Promise.all(
    containers.map(async ({ name, container }) => ({
      pod: name,
      text: await kube.logs({ namespace, name }, { container, sinceSeconds: 120, tailLines: 3000 }),
    })),
  );
}

/** What tells a Deployment's pods from others, or the pods that it does not tell apart. */
export type HeaderResponders =
  | { readonly ok: true; readonly responders: Responders }
  | { readonly ok: false; readonly alike: readonly Pod[] };

/**
 * By a header that differs from pod to pod: each pod is asked itself first, then the answers are compared. A value that
 * another pod of the namespace shows as well says nothing of who answered.
 */
export async function respondersByHeader(
  watched: Watched & { readonly header: string; readonly port: number | undefined },
): Promise<HeaderResponders> {
  const { pods, entryPoints, context, header, port } = watched;
  const { kube, namespace } = context;
  const all = (await kube.list("Pod", { namespace })).filter((pod) => isLive(pod) && isReady(pod));
  const uids = uidsOf(pods);
  const others = all.filter(({ metadata, spec }) => !uids.has(metadata.uid ?? "") && declaresPort(spec));
  const asked = [...pods, ...others];
  const answers = await context.probe.request(
    asked.map((pod) => ({
      url: httpUrl({ host: pod.status?.podIP ?? "", port: port ?? firstPort(pod), path: "/" }),
    })),
    context.signal,
  );
  const values = answers.map((answer) => valueOf(answer, header));
  const own = values.slice(0, pods.length);
  const alike = asked.filter((_, index) => {
    const value = values[index];
    const same = values.filter((other) => value !== undefined && other === value).length;
    return same > 1 && own.includes(value);
  });
  if (alike.length > 0) return { ok: false, alike };
  const responders: Responders = async (requests) => {
    const sent = await entryPoints.send(requests);
    return sent.map((answer) => {
      const value = valueOf(answer, header);
      const index = value === undefined ? -1 : own.indexOf(value);
      return pods[index]?.metadata.name;
    });
  };
  return { ok: true, responders };
}

function declaresPort({ containers }: PodSpec): boolean {
  return containers.some(({ ports = [] }) => ports.length > 0);
}

function firstPort({ spec }: Pod): number {
  return spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? 80;
}

function valueOf(answer: HttpAnswer, header: string): string | undefined {
  return answer.ok ? answer.headers[header] : undefined;
}
