import { PassThrough, Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { EnvironmentError } from "../errors.ts";
import { createCommandOutput } from "./command-output.ts";
import type { ExecOutput, RunningCommand } from "./kube.ts";

interface ExecTarget {
  readonly config: KubeConfig;
  readonly pod: { readonly namespace: string; readonly name: string; readonly container?: string };
  readonly command: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface ExecCall extends ExecTarget {
  readonly input?: string | undefined;
}

export interface OpenCall extends ExecTarget {
  /** Of standard output and standard error together. */
  readonly maxBytes: number;
}

/**
 * Runs a command in a container over a web socket and collects its output.
 * @throws EnvironmentError when it cannot be started, or the connection ends before the command.
 */
export async function execInPod({ input, ...target }: ExecCall): Promise<ExecOutput> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = Promise.all([text(stdout), text(stderr)]);
  const stdin = input === undefined ? null : Readable.from([input]);
  const { ended, close } = await connect(target, { stdin, stdout, stderr });
  try {
    const exitCode = await ended;
    stdout.end();
    stderr.end();
    const [out, err] = await output;
    return { exitCode, stdout: out, stderr: err };
  } finally {
    close();
  }
}

/**
 * Starts a command in a container over a web socket, and leaves it running.
 * @throws EnvironmentError when it cannot be started.
 */
export async function openInPod({ maxBytes, ...target }: OpenCall): Promise<RunningCommand> {
  const stdin = new PassThrough();
  const tooLong = Promise.withResolvers<never>();
  const output = createCommandOutput(maxBytes, () => tooLong.reject(tooMuch(target.pod, maxBytes)));
  const connection = await connect(target, { stdin, ...output });
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

function tooMuch({ namespace, name }: PodRef, maxBytes: number): EnvironmentError {
  return new EnvironmentError({
    message: `A command in pod ${name} of namespace ${namespace} wrote more than the ${String(maxBytes)} bytes that are read.`,
    hint: "labctl status",
  });
}
