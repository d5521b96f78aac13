import { PassThrough, Readable, type Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { maxTextBytes, tooLate, tooMuch, withinMs, type Speaker } from "../bounded.ts";
import { EnvironmentError } from "../errors.ts";
import { createCommandOutput, keepOutput } from "./command-output.ts";
import type { ExecOptions, ExecOutput, RunningCommand } from "./kube.ts";

interface ExecTarget {
  readonly config: KubeConfig;
  readonly pod: { readonly namespace: string; readonly name: string; readonly container?: string };
  readonly command: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface ExecCall extends ExecTarget, Pick<ExecOptions, "input" | "maxBytes" | "withinMs"> {}

/** Milliseconds for a command that names no time of its own: those that labctl runs look something up. */
const usualWithinMs = 60_000;
/** Milliseconds until a command is at work, which the API server and the node's kubelet agree on. */
const connectsWithinMs = 30_000;

export interface OpenCall extends ExecTarget {
  /** Of standard output and standard error together. */
  readonly maxBytes: number;
}

/**
 * Runs a command in a container over a web socket and collects its output.
 * @throws EnvironmentError when it cannot be started, the connection ends before the command, or it writes more or
 * takes longer than it may.
 */
export async function execInPod(call: ExecCall): Promise<ExecOutput> {
  const { input, maxBytes = maxTextBytes, withinMs: ms = usualWithinMs, ...target } = call;
  const speaker = speakerIn(target.pod);
  const excess = Promise.withResolvers<never>();
  excess.promise.catch(() => undefined);
  const kept = keepOutput(maxBytes, (seen) => excess.reject(tooMuch(speaker, { maxBytes, seen })));
  const stdin = input === undefined ? null : Readable.from([input]);
  const connecting = connect(target, { stdin, stdout: kept.stdout, stderr: kept.stderr });
  const ended = connecting.then((connection) => connection.ended);
  try {
    const late = (): Error =>
      tooLate(speaker, ms, `${target.command.join(" ").slice(0, 200)}: ${kept.seen()}`);
    const exitCode = await withinMs(Promise.race([ended, excess.promise]), ms, late);
    return { exitCode, ...kept.texts() };
  } finally {
    connecting.then(({ close }) => close()).catch(() => undefined);
  }
}

/**
 * Starts a command in a container over a web socket, and leaves it running.
 * @throws EnvironmentError when it cannot be started.
 */
export async function openInPod({ maxBytes, ...target }: OpenCall): Promise<RunningCommand> {
  const stdin = new PassThrough();
  const tooLong = Promise.withResolvers<never>();
  const speaker = speakerIn(target.pod);
  const output = createCommandOutput(maxBytes, () => {
    tooLong.reject(tooMuch(speaker, { maxBytes, seen: maxBytes }));
  });
  const connecting = connect(target, { stdin, ...output });
  const late = (): Error => tooLate(speaker, connectsWithinMs, "the connection to it did not come about");
  const connection = await withinMs(connecting, connectsWithinMs, late).catch((error: unknown) => {
    connecting.then(({ close }) => close()).catch(() => undefined);
    throw error;
  });
  tooLong.promise.catch(connection.fail);
  const ended = connection.ended
    .then(
      (exitCode) => {
        output.end();
        return { exitCode, stderr: output.tail() };
      },
      (error: unknown) => {
        output.end(error);
        throw error;
      },
    )
    .finally(connection.close);
  // Who reads the lines hears of it there.
  ended.catch(() => undefined);
  return {
    lines: output.lines,
    write: (text) => void stdin.write(text),
    ended,
    close: () => connection.fail(connectionError(target.pod, new Error("labctl closed the connection"))),
  };
}

interface Streams {
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface Connection {
  /** The command's exit code. */
  readonly ended: Promise<number>;
  /** Ends the wait with an error, unless the command has ended before. */
  readonly fail: (error: unknown) => void;
  readonly close: () => void;
}

async function connect(target: ExecTarget, { stdin, stdout, stderr }: Streams): Promise<Connection> {
  const { config, pod, command, signal } = target;
  signal?.throwIfAborted();
  const ended = Promise.withResolvers<V1Status>();
  const lost = (cause?: unknown): void => ended.reject(connectionError(pod, cause));
  const socket = (await new Exec(config)
    .exec(
      pod.namespace,
      pod.name,
      pod.container ?? "",
      [...command],
      stdout,
      stderr,
      stdin,
      false,
      ended.resolve,
    )
    .catch((error: unknown) => {
      throw connectionError(pod, error);
    })) as unknown as Socket;
  socket.addEventListener("close", () => lost());
  socket.addEventListener("error", lost);
  const abort = (): void =>
    ended.reject(new EnvironmentError({ message: "Interrupted.", hint: "labctl check" }));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  const exitCode = ended.promise.then((status) => exitCodeOf(status, pod));
  exitCode.catch(() => undefined);
  return {
    ended: exitCode,
    fail: ended.reject,
    close: () => {
      signal?.removeEventListener("abort", abort);
      socket.close();
    },
  };
}

/** Of `ws`, whose types the client library names and does not bring. */
interface Socket {
  addEventListener(event: "close" | "error", listener: (event: unknown) => void): void;
  close(): void;
}

type PodRef = ExecTarget["pod"];

function exitCodeOf({ status, details, message }: V1Status, pod: PodRef): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code === undefined) throw connectionError(pod, new Error(message ?? "the command was not started"));
  return Number(code);
}

function connectionError({ namespace, name }: PodRef, cause: unknown): EnvironmentError {
  const seen =
    typeof cause === "object" && cause !== null && "message" in cause ? String(cause.message) : undefined;
  return new EnvironmentError({
    message: `No command could be run in pod ${name} of namespace ${namespace}.`,
    lastSeen: seen ?? "the connection was closed before the command ended",
    hint: `labctl status`,
    cause,
  });
}

function speakerIn({ namespace, name }: PodRef): Speaker {
  return { name: `A command in pod ${name} of namespace ${namespace}`, hint: "labctl status" };
}
