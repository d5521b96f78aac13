import { createHash } from "node:crypto";
import { ingressCause } from "../../diagnosis/ingress-cause.ts";
import type { HttpAnswer } from "../../probe/probe.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import type { Ballot, Voting } from "./voting.ts";

interface Casting {
  readonly voting: Voting;
  /** Voters, each a new one. */
  readonly count: number;
  /** Votes a second, as far as the front end answers so fast. */
  readonly perSecond: number;
  /** Done once, while votes keep coming, after so many of them. */
  readonly meanwhile?: { readonly after: number; readonly work: () => Promise<void> };
}

/** What labctl has voted, or why it could not. */
export type Cast = Found<{ readonly ballots: readonly Ballot[] }>;

/** Votes that are under way at the same time. */
const lanes = 4;
const form = { "content-type": "application/x-www-form-urlencoded" };
const voterWord = /(?:^|[ ,;])voter=([0-9a-f]{32})(?:;|,|$)/;

/** Votes as new voters, through the front door, as browsers do: at random, and nobody twice. */
export async function castVotes(context: CheckContext, casting: Casting): Promise<Cast> {
  const { clock, signal } = context;
  const { voting, count, perSecond, meanwhile } = casting;
  const choices = drawChoices(voting, count, context.nonce());
  const answers: Answered[] = [];
  const started = clock.now();
  let work: Promise<void> | undefined;
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < count; index += lanes) {
      const due = started + (index * 1000) / perSecond - clock.now();
      if (due > 0) await clock.sleep(due, signal);
      answers.push(await vote(context, voting, { choice: choices[index] ?? "" }));
      if (answers.length >= (meanwhile?.after ?? Infinity)) work ??= meanwhile?.work();
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
  await (work ?? meanwhile?.work());
  return judge(context, voting, answers);
}

/** Votes once more as somebody who has voted; what was refused is told as `castVotes` tells it. */
export async function changeVotes(
  context: CheckContext,
  voting: Voting,
  ballots: readonly Ballot[],
): Promise<Cast> {
  const answers: Answered[] = [];
  for (const { voter, choice } of ballots) {
    const other = voting.choices.find((each) => each !== choice) ?? choice;
    answers.push(await vote(context, voting, { choice: other, voter }));
  }
  return judge(context, voting, answers);
}

interface Answered extends Partial<Ballot> {
  readonly choice: string;
  readonly answer: HttpAnswer;
}

async function vote(
  { frontDoor }: CheckContext,
  voting: Voting,
  { choice, voter }: { readonly choice: string; readonly voter?: string },
): Promise<Answered> {
  const answer = await frontDoor.request({
    url: `http://${voting.vote}/`,
    method: "POST",
    headers: { ...form, ...(voter === undefined ? {} : { cookie: `voter=${voter}` }) },
    body: `choice=${choice}`,
  });
  const given = answer.ok ? voterWord.exec(answer.headers["set-cookie"] ?? "")?.[1] : undefined;
  const known = voter ?? given;
  return { choice, answer, ...(known === undefined ? {} : { voter: known }) };
}

/** A coin for each voter: nobody can know the numbers beforehand. */
function drawChoices({ choices }: Voting, count: number, seed: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const [byte = 0] = createHash("sha256")
      .update(`${seed}/${String(index)}`)
      .digest();
    return choices[byte % choices.length] ?? "";
  });
}

async function judge(context: CheckContext, voting: Voting, answers: readonly Answered[]): Promise<Cast> {
  const refused = answers.filter(({ answer }) => !isAccepted(answer));
  if (refused.length > 0) return { ok: false, findings: [await notTaken(context, voting, answers)] };
  const ballots = answers.flatMap(({ voter, choice }) => (voter === undefined ? [] : [{ voter, choice }]));
  const voters = new Set(ballots.map(({ voter }) => voter)).size;
  if (voters === answers.length) return { ok: true, ballots };
  const finding = {
    object: `Host/${voting.vote}`,
    expected: `a cookie voter of its own for each of ${String(answers.length)} new voters`,
    actual: `${String(voters)} different ones`,
    message: `${voting.vote} does not tell voters apart: of ${String(answers.length)} new voters ${String(voters)} were given a cookie voter of their own. Is the Deployment's image the given one?`,
    next: `kubectl -n ${context.namespace} get deployments -o wide`,
  };
  return { ok: false, findings: [finding] };
}

function isAccepted(answer: HttpAnswer): boolean {
  return answer.ok && answer.status < 400;
}

async function notTaken(
  { kube, namespace }: CheckContext,
  { vote: host }: Voting,
  answers: readonly Answered[],
): Promise<CheckFinding> {
  const refused = answers.filter(({ answer }) => !isAccepted(answer));
  const kinds = new Set(
    refused.map(({ answer }) => (answer.ok ? `status ${String(answer.status)}` : answer.message)),
  );
  const count = `${String(refused.length)} of ${String(answers.length)} votes`;
  const cause = await ingressCause(kube, { namespace, host, path: "/" });
  return {
    object: `Host/${host}`,
    expected: `every vote is taken by http://${host}/`,
    actual: `${count} were not: ${[...kinds].join(", ")}`,
    message: `${count} were not taken by ${host} (${[...kinds].join(", ")}). ${cause?.message ?? "The log of the front end says more."}`,
    next: cause?.next ?? `kubectl -n ${namespace} logs deployment/vote`,
  };
}
