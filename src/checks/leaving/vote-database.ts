import { isSelected, serviceCause } from "../../diagnosis/service-cause.ts";
import { EnvironmentError } from "../../errors.ts";
import { isLive, isReady } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import { missing } from "../objects/missing.ts";
import { containersOf } from "../workloads/running-image.ts";
import type { Tally, Voting } from "./voting.ts";

/** Where the database runs: a pod, and its container. */
export interface DatabasePod {
  readonly pod: Pod;
  readonly container: string;
}

export type FoundDatabase = Found<DatabasePod>;

/** What the database holds. */
export interface Stored {
  readonly tally: Tally;
  /** The choices of the voters who were asked for, by voter. */
  readonly ballots: Readonly<Record<string, string>>;
}

const readyWithinMs = 60_000;

/** The Ready pod behind the database's Service that runs the given image, whoever made it; waits while it starts. */
export async function findDatabase(
  context: CheckContext,
  { database: { service, image } }: Voting,
  other?: Pod,
): Promise<FoundDatabase> {
  const { namespace, kube } = context;
  const waited = await context.wait<FoundDatabase>({
    observe: async () => {
      const found = await kube.read({ kind: "Service", namespace, name: service });
      if (!found) return failed(missing({ kind: "Service", name: service, namespace }), true);
      const pods = await kube.list("Pod", { namespace });
      const behind = pods.filter((pod) => isLive(pod) && isReady(pod) && isSelected(found, pod));
      for (const pod of behind.filter(({ metadata }) => metadata.uid !== other?.metadata.uid)) {
        const [container] = containersOf(pod, image, context);
        if (container) return { done: true, value: { ok: true, pod, container: container.name } };
      }
      const cause = await serviceCause(context, { service: found, pods });
      return failed(
        {
          object: `Service/${service}`,
          expected: `a Ready pod of ${image}`,
          actual: cause?.actual ?? `${String(behind.length)} Ready pods, none of which runs it`,
          message: cause?.message ?? `No Ready pod behind Service ${service} runs ${image}.`,
          next: cause?.next ?? `kubectl -n ${namespace} get pods -o wide`,
        },
        false,
      );
    },
    watch: ["Pod"],
    namespace,
    withinMs: readyWithinMs,
    signal: context.signal,
  });
  return waited.value;
}

function failed(
  finding: CheckFinding,
  done: boolean,
): { readonly done: boolean; readonly value: FoundDatabase } {
  return { done, value: { ok: false, findings: [finding] } };
}

/**
 * What the database itself says.
 * @param voters words of 32 hexadecimal digits.
 * @throws EnvironmentError when it cannot be asked.
 */
export async function readStored(
  context: CheckContext,
  database: DatabasePod,
  voters: readonly string[],
): Promise<Stored> {
  const list = voters.map((voter) => `'${voter}'`).join(",") || "NULL";
  const tally =
    "SELECT coalesce(json_object_agg(choice, n), '{}') FROM (SELECT choice, count(*) n FROM votes GROUP BY choice) counts";
  const ballots = `SELECT coalesce(json_object_agg(voter, choice), '{}') FROM votes WHERE voter IN (${list})`;
  const output = await ask(
    context,
    database,
    [
      String.raw`SELECT to_regclass('votes') IS NOT NULL AS there \gset`,
      String.raw`\if :there`,
      `SELECT json_build_object('tally', (${tally}), 'ballots', (${ballots}));`,
      String.raw`\endif`,
    ].join("\n"),
  );
  return output === "" ? { tally: {}, ballots: {} } : (JSON.parse(output) as Stored);
}

/** Takes a voter's row away, if there is one. */
export async function forgetVoter(
  context: CheckContext,
  database: DatabasePod,
  voter: string,
): Promise<void> {
  await ask(
    context,
    database,
    [
      String.raw`SELECT to_regclass('votes') IS NOT NULL AS there \gset`,
      String.raw`\if :there`,
      `DELETE FROM votes WHERE voter = '${voter}';`,
      String.raw`\endif`,
    ].join("\n"),
  );
}

async function ask(
  { kube, namespace, signal }: CheckContext,
  { pod, container }: DatabasePod,
  sql: string,
): Promise<string> {
  const { name } = pod.metadata;
  // The user's and the database's names are the pod's own.
  const psql =
    'exec psql -qAtX -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-$POSTGRES_USER}"';
  const { exitCode, stdout, stderr } = await kube.exec({ namespace, name, container }, ["sh", "-c", psql], {
    input: `${sql}\n`,
    signal,
  });
  if (exitCode === 0) return stdout.trim();
  throw new EnvironmentError({
    message: `The database in pod ${name} cannot be asked what it holds.`,
    lastSeen: stderr.trim().slice(-300),
    hint: `kubectl -n ${namespace} logs ${name} -c ${container}, then check again`,
  });
}
