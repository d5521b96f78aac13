import type { Clock } from "../clock.ts";
import { EnvironmentError } from "../errors.ts";
import type { RunningCommand } from "../kube/kube.ts";
import { parseAnswer, type Answer, type ProgramFinding, type Values } from "./answers.ts";

/** What a program said until its end. */
export interface Said {
  readonly findings: readonly ProgramFinding[];
  readonly values: Values;
}

/** A program at work. */
export interface Conversation {
  /** Its values so far, once it says that the disturbance may begin. @throws EnvironmentError when it ends before. */
  readonly ready: Promise<Values>;
  /** Tells it what was done. */
  readonly over: (done: Values) => void;
  /** @throws EnvironmentError when it did not come to a proper end: errored, never failed. */
  readonly end: Promise<Said>;
}

interface Talk {
  readonly command: RunningCommand;
  /** Goes to its standard input first. */
  readonly input: string;
  /** The word that each of its answers has to carry. */
  readonly nonce: string;
  /** How sentences call it. */
  readonly name: string;
  readonly withinMs: number;
  readonly clock: Clock;
  readonly announce: (text: string) => void;
  readonly observed: (text: string) => void;
}

/** The exit code of what SIGKILL has ended: 128 and the signal. */
const killed = 137;

/** Talks with a program until it has ended. */
export function converse(talk: Talk): Conversation {
  const { command, input } = talk;
  const ready = Promise.withResolvers<Values>();
  const end = withDeadline(talk, listen(talk, ready.resolve)).finally(() => command.close());
  end.then(() => ready.reject(trouble(talk.name, "ended without saying that it was ready")), ready.reject);
  // Both are awaited, or only one of them.
  ready.promise.catch(() => undefined);
  end.catch(() => undefined);
  command.write(input);
  return {
    ready: ready.promise,
    over: (done) => command.write(`${JSON.stringify({ over: done })}\n`),
    end,
  };
}

async function withDeadline(talk: Talk, work: Promise<Said>): Promise<Said> {
  const stop = new AbortController();
  const late = talk.clock.sleep(talk.withinMs, stop.signal).then(
    () => {
      throw trouble(talk.name, `was not done within ${String(talk.withinMs / 1000)} s`);
    },
    () => work,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort(new Error("The program has ended."));
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}

async function listen(talk: Talk, onReady: (values: Values) => void): Promise<Said> {
  const { name } = talk;
  const findings: ProgramFinding[] = [];
  const values: Record<string, unknown> = {};
  let errored: string | undefined;
  let isDone = false;
  for await (const line of hear(talk)) {
    const answer = accept(talk, line, isDone);
    if ("announce" in answer) talk.announce(answer.announce);
    else if ("observed" in answer) talk.observed(answer.observed);
    else if ("value" in answer) Object.assign(values, answer.value);
    else if ("ready" in answer) onReady({ ...values });
    else if ("finding" in answer) findings.push(answer.finding);
    else if ("errored" in answer) errored ??= answer.errored;
    else isDone = true;
  }
  const { exitCode, stderr } = await talk.command.ended;
  if (errored !== undefined) throw trouble(name, `could not look: ${oneLine(errored)}`, stderr);
  if (exitCode === killed)
    throw trouble(name, "was killed, as one is that takes more memory than it may", stderr);
  if (exitCode !== 0) throw trouble(name, `ended with exit code ${String(exitCode)}`, stderr);
  if (!isDone) throw trouble(name, "ended without saying that it was done", stderr);
  return { findings, values };
}

async function* hear({ command, name }: Talk): AsyncGenerator<string> {
  try {
    yield* command.lines;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw trouble(name, "could not be heard to its end", why);
  }
}

function accept({ nonce, name }: Talk, line: string, isDone: boolean): Answer {
  const parsed = parseAnswer(line);
  if (!parsed.ok) throw trouble(name, `wrote what is no answer (${parsed.why})`, line);
  if (parsed.answer.nonce !== nonce) {
    throw trouble(name, "wrote an answer that does not carry the word of this check", line);
  }
  if (isDone) throw trouble(name, "went on after it had said that it was done", line);
  return parsed.answer;
}

/** A program that came to no proper end says nothing about the student's objects. */
function trouble(name: string, what: string, lastSeen = ""): EnvironmentError {
  const seen = oneLine(lastSeen).slice(-300);
  return new EnvironmentError({
    message: `The lab's program ${name} ${what}${seen === "" ? "." : `: ${seen}`}`,
    ...(seen === "" ? {} : { lastSeen: seen }),
    hint: "Check again; if it stays so, the program is at fault, not you.",
  });
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
