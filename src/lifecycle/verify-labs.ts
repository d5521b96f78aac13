import { expectedError } from "../expected-error.ts";
import { parseQuantity } from "../kube/quantity.ts";
import type { Progress } from "../terminal/progress.ts";
import type { LabRun } from "./lab-run.ts";
import type { LabCase } from "../lab/load.ts";
import { isTyped } from "../lab/text-parts.ts";
import { removeLab } from "./reset-lab.ts";
import { proofParts, type PartOutcome, type ProofPart, type ToldFinding } from "./verify-lab.ts";

/** How a lab proved itself. */
export interface Verification {
  readonly lab: string;
  readonly exercises: number;
  readonly durationMs: number;
  /** Cases that must not pass: how many of them were refused. */
  readonly wrongRefused: Tally;
  /** Cases that look different and are right: how many were accepted. */
  readonly rightAccepted: Tally;
  /** What was not as it has to be; empty: the lab holds. */
  readonly problems: readonly string[];
  /** What each case was told, in the order of their names; those that could not be looked at are missing. */
  readonly cases: readonly CaseVerdict[];
  /** Missing where it was not asked for, could not be looked at, or the exercises can be done in one order only. */
  readonly inReverse?: OrderVerdict;
  /** Missing where the lab's text has no commands to run, they were not to be run, or could not be. */
  readonly text?: TextVerdict;
  /** The environment was in the way: nothing is known of the lab. */
  readonly outage?: boolean;
}

export interface CaseVerdict {
  readonly name: string;
  readonly title: string;
  /** The verdict that it must get. */
  readonly expect: LabCase["expect"];
  /** It got that verdict, for the reason that it names. */
  readonly asExpected: boolean;
  readonly findings: readonly ToldFinding[];
  readonly durationMs: number;
}

/** The exercises done in another order than the solution's own. */
export interface OrderVerdict {
  /** By id. */
  readonly order: readonly string[];
  /** All were passed, but for experiments that disturb, which are left out. */
  readonly holds: boolean;
  readonly durationMs: number;
}

/** The blocks of commands in the lab's README, typed in their order. */
export interface TextVerdict {
  /** How many there are. */
  readonly blocks: number;
  /** How long they took: whoever reads types them, too. */
  readonly seconds: number;
  /** Those of the lab that are the text's. */
  readonly problems: readonly string[];
}

export interface Tally {
  readonly good: number;
  readonly of: number;
}

export interface VerifyOptions {
  readonly runs: readonly LabRun[];
  readonly cases: boolean;
  /** The commands in the labs' texts are run on this machine. */
  readonly texts: boolean;
  /** How many labs at the same time. */
  readonly parallel: number;
  readonly progressOf: (run: LabRun) => Progress;
}

/**
 * Proves labs side by side, each in its own namespace; what disturbs nodes comes afterwards, one by one. Work in those
 * namespaces is lost; afterwards no lab of them is started.
 * @returns in the order of the runs, whatever was done first. What could not be looked at is in `outage`.
 */
export async function verifyLabs(options: VerifyOptions): Promise<readonly Verification[]> {
  const proofs = await Promise.all(
    options.runs.map(async (run) => new LabProof(run, await proofParts(run.lab, options))),
  );
  for (const disturbing of [false, true]) {
    const some = proofs
      .filter((proof) => proof.has(disturbing))
      // The longest first, so that none of them is left over at the end.
      .sort((a, b) => b.experiments(disturbing) - a.experiments(disturbing));
    await inLanes(some, disturbing ? 1 : options.parallel, (proof) =>
      proof.prove(disturbing, options.progressOf(proof.run)),
    );
  }
  return proofs.map((proof) => proof.verification());
}

/** What takes much memory takes the cores, too: one of those at a time, and it counts for two. */
const muchMemory = parseQuantity("2Gi");
const lanesOfHeavy = 2;

function isHeavy({ lab }: LabRun): boolean {
  return parseQuantity(lab.needs.memory) >= muchMemory;
}

/** As many side by side as there are lanes; the heavy ones are taken one by one, before the others in their lanes. */
async function inLanes(
  all: readonly LabProof[],
  lanes: number,
  work: (one: LabProof) => Promise<void>,
): Promise<void> {
  const heavy = all.filter(({ run }) => isHeavy(run));
  const light = all.filter(({ run }) => !isHeavy(run));
  const take = async (waiting: LabProof[]): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  const takeLight = (count: number) => Promise.all(Array.from({ length: count }, () => take(light)));
  const kept = Math.min(lanes, lanesOfHeavy);
  await Promise.all([take(heavy).then(() => takeLight(kept)), takeLight(lanes - kept)]);
}

/** One lab's proof as it goes on; a lab that could not be looked at does not take the proof of the others along. */
class LabProof {
  readonly run: LabRun;
  readonly #parts: readonly ProofPart[];
  readonly #done = new Map<ProofPart, PartOutcome & { readonly durationMs: number }>();
  #outage: string | undefined;
  #durationMs = 0;

  constructor(run: LabRun, parts: readonly ProofPart[]) {
    this.run = run;
    this.#parts = parts;
  }

  has(disturbing: boolean): boolean {
    return this.#parts.some(({ disturbsNodes }) => disturbsNodes === disturbing);
  }

  experiments(disturbing: boolean): number {
    const parts = this.#parts.filter(({ disturbsNodes }) => disturbsNodes === disturbing);
    return parts.reduce((sum, { experiments }) => sum + experiments, 0);
  }

  /**
   * The parts that disturb nodes, or the others, one after the other, each begun with a reset that waits until the one
   * before is gone: a Service's address or an Ingress's host that two namespaces have at once would answer for the
   * wrong one.
   */
  async prove(disturbing: boolean, progress: Progress): Promise<void> {
    if (this.#outage !== undefined) return;
    const { deps } = this.run.context;
    const started = deps.clock.elapsed();
    const own: LabRun = { ...this.run, context: { ...this.run.context, deps: { ...deps, progress } } };
    const parts = this.#parts.filter(({ disturbsNodes }) => disturbsNodes === disturbing);
    try {
      const texts = parts.filter(({ text }) => text);
      const held = parts.filter(({ text }) => !text);
      const remove = (): Promise<void> => removeLab(own, progress);
      await deps.exclusive(async () => {
        await this.#proveParts(held, own, progress);
        if (texts.length === 0) await remove();
      }, own.namespace);
      await this.#proveParts(texts, own, progress);
      if (texts.length > 0) await deps.exclusive(remove, own.namespace);
    } catch (error) {
      const expected = expectedError(error);
      if (!expected) throw error;
      this.#outage = [expected.message, expected.lastSeen, expected.hint].filter(Boolean).join(" ");
    }
    this.#durationMs += deps.clock.elapsed() - started;
  }

  async #proveParts(parts: readonly ProofPart[], run: LabRun, progress: Progress): Promise<void> {
    const { clock } = run.context.deps;
    for (const part of parts) {
      const began = clock.elapsed();
      const outcome = await part.prove(run, progress);
      this.#done.set(part, { ...outcome, durationMs: clock.elapsed() - began });
    }
  }

  verification(): Verification {
    const { lab } = this.run;
    const problems = this.#parts.flatMap((part) => this.#done.get(part)?.problems ?? []);
    const cases = this.#cases();
    return {
      lab: lab.id,
      exercises: lab.exercises.length,
      durationMs: this.#durationMs,
      wrongRefused: this.#tally(cases, "failed"),
      rightAccepted: this.#tally(cases, "passed"),
      cases,
      ...this.#inReverse(),
      ...this.#text(),
      problems: this.#outage === undefined ? problems : [...problems, this.#outage],
      ...(this.#outage === undefined ? {} : { outage: true }),
    };
  }

  #cases(): readonly CaseVerdict[] {
    return this.#parts.flatMap((part) => {
      const outcome = this.#done.get(part);
      if (!part.labCase || !outcome) return [];
      const { name, title, expect } = part.labCase;
      const { findings, problems, durationMs } = outcome;
      return [{ name, title, expect, asExpected: problems.length === 0, findings, durationMs }];
    });
  }

  #inReverse(): Pick<Verification, "inReverse"> {
    const part = this.#parts.find(({ inReverse }) => inReverse);
    const outcome = part && this.#done.get(part);
    if (!part?.inReverse || !outcome) return {};
    const { problems, durationMs } = outcome;
    return { inReverse: { order: part.inReverse.order, holds: problems.length === 0, durationMs } };
  }

  #text(): Pick<Verification, "text"> {
    const part = this.#parts.find(({ text }) => text);
    const outcome = part && this.#done.get(part);
    if (!part?.text || !outcome) return {};
    const { problems, typedMs = 0 } = outcome;
    const blocks = part.text.filter(isTyped).length;
    return { text: { blocks, seconds: Math.round(typedMs / 1000), problems } };
  }

  #tally(cases: readonly CaseVerdict[], expect: LabCase["expect"]): Tally {
    return {
      good: cases.filter((each) => each.expect === expect && each.asExpected).length,
      of: this.#parts.filter(({ labCase }) => labCase?.expect === expect).length,
    };
  }
}
