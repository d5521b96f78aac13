import { z } from "zod";

const host = z.string().min(1);

/** What every check of the voting app has to know of it. */
export const votingFields = {
  vote: host.describe(
    "The host that takes votes: POST / with choice=<a choice>; a new voter gets a cookie `voter`.",
  ),
  result: host.describe("The host that gives the tally, as JSON at /api/tally: the number of each choice."),
  choices: z.array(z.string().regex(/^[a-z]+$/)).length(2),
  worker: z.string().min(1).describe("The Deployment that takes votes from the queue into the database."),
  database: z
    .strictObject({
      service: z.string().min(1),
      image: z.string().min(1).describe("What its pod runs, by its digest."),
    })
    .describe("Holds the table `votes`, a row a voter: voter, choice."),
};

/** Where the voting app is, and what it is made of: what `votingFields` say. */
export type Voting = { readonly [Field in keyof typeof votingFields]: z.infer<(typeof votingFields)[Field]> };

/** How many have voted for each choice. */
export type Tally = Readonly<Record<string, number>>;

/** One person's vote, as it has to stand in the end. */
export interface Ballot {
  /** What the front end calls this person in the cookie `voter`. */
  readonly voter: string;
  readonly choice: string;
}

export function totalOf(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count, 0);
}

/** A tally with ballots of voters who have not voted before. */
export function plus(tally: Tally, ballots: readonly Ballot[]): Tally {
  const sums = { ...tally };
  for (const { choice } of ballots) sums[choice] = (sums[choice] ?? 0) + 1;
  return sums;
}

export function isSame(a: Tally, b: Tally): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((choice) => (a[choice] ?? 0) === (b[choice] ?? 0));
}

/** "coffee 20, tea 17". */
export function describeTally(tally: Tally, { choices }: Pick<Voting, "choices">): string {
  return choices.map((choice) => `${choice} ${String(tally[choice] ?? 0)}`).join(", ");
}
