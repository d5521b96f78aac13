import { z } from "zod";
import type { Pod } from "../../kube/objects.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import type { Hub } from "./hub.ts";
import { podOfUser, startServer } from "./hub-server.ts";
import { logIn, type HubSession } from "./hub-session.ts";
import { findHubAndUsers, hubSpec } from "./hub-users.ts";

const spec = z.strictObject({ kind: z.literal("hub-servers"), ...hubSpec });

/** An experiment, since it starts the servers, which go on running. */
export const hubServers = defineCheck({
  kind: "hub-servers",
  summary:
    "An experiment: the hub gives each of two users a server in a pod of their own; what one writes through it is in that pod, and not in the other's.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findHubAndUsers(context, wanted);
    if (!found.ok) return found.findings;
    const { hub, users } = found;
    const [one, other] = users;
    const first = await logIn(context, hub, one);
    if (!first.ok) return first.findings;
    await using firstSession = first.session;
    const second = await logIn(context, hub, other);
    if (!second.ok) return second.findings;
    await using secondSession = second.session;
    const sessions = [firstSession, secondSession];
    // Both at once: each waits for a pod.
    const late = await Promise.all(sessions.map((session) => startServer(context, hub, session)));
    const notStarted = late.filter((finding) => finding !== undefined);
    if (notStarted.length > 0) return notStarted;
    return await ownPods(context, hub, sessions);
  },
});

async function ownPods(
  context: CheckContext,
  hub: Hub,
  sessions: readonly HubSession[],
): Promise<readonly CheckFinding[]> {
  const pods = await Promise.all(sessions.map(({ user }) => podOfUser(context, user.name)));
  const places: { readonly session: HubSession; readonly pod: Pod }[] = [];
  for (const [index, session] of sessions.entries()) {
    const pod = pods[index];
    if (!pod) return [noPod(context, session)];
    places.push({ session, pod });
  }
  for (const { session, pod } of places) {
    const others = places.filter((place) => place.pod !== pod).map((place) => place.pod);
    const finding = await writes(context, { hub, session, pod, others });
    if (finding) return [finding];
  }
  context.observed(
    places.map(({ session, pod }) => `${session.user.name} in ${pod.metadata.name}`).join(", "),
  );
  return [];
}

interface Place {
  readonly hub: Hub;
  readonly session: HubSession;
  readonly pod: Pod;
  readonly others: readonly Pod[];
}

/** What a user writes through their address has to be in their pod, and in no other's. */
async function writes(
  context: CheckContext,
  { hub, session, pod, others }: Place,
): Promise<CheckFinding | undefined> {
  const { name } = session.user;
  const at = `/user/${encodeURIComponent(name)}/`;
  const word = context.nonce();
  const file = `labctl-${context.nonce()}.txt`;
  const request = { path: `${at}api/contents/${file}`, authorization: `token ${session.token}` };
  const send = { type: "file", format: "text", content: word };
  const written = await hub.ask({ ...request, method: "PUT", send });
  const about = { object: `Pod/${pod.metadata.name}`, expected: `what ${name} writes at ${at}` };
  const next = `kubectl -n ${context.namespace} get pods --show-labels`;
  if (written.status !== 201) {
    const message = `The server of ${name} is ready, but ${at} takes no file from ${name}: ${written.why}.`;
    return { ...about, actual: written.why, message, next };
  }
  try {
    if (!(await hasFile(context, pod, file, word))) {
      const message = `What ${name} writes at ${at} does not arrive in pod ${pod.metadata.name}, which is to be ${name}'s.`;
      return { ...about, actual: "not there", message, next };
    }
    for (const foreign of others) {
      if (!(await hasFile(context, foreign, file, word))) continue;
      const message = `What ${name} writes is in pod ${foreign.metadata.name}, too: users share what should be one's own.`;
      return { ...about, actual: `in ${foreign.metadata.name}, too`, message, next };
    }
    return undefined;
  } finally {
    await hub.ask({ ...request, method: "DELETE" });
  }
}

async function hasFile(
  { kube, namespace, signal }: CheckContext,
  pod: Pod,
  file: string,
  word: string,
): Promise<boolean> {
  const read = ["sh", "-c", 'cat "$HOME/$0"', file];
  const { exitCode, stdout } = await kube.exec({ namespace, name: pod.metadata.name }, read, { signal });
  return exitCode === 0 && stdout.includes(word);
}

function noPod({ namespace }: CheckContext, { user }: HubSession): CheckFinding {
  return {
    object: `User/${user.name}`,
    expected: `a pod that is ${user.name}'s`,
    actual: "none",
    message: `The server of ${user.name} runs, but in no pod of its own: none carries the annotation hub.jupyter.org/username: ${user.name}, as KubeSpawner's do.`,
    next: `kubectl -n ${namespace} get pods`,
  };
}
