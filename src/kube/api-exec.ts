import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { EnvironmentError } from "../errors.ts";
import type { ExecOutput } from "./kube.ts";

export interface ExecCall {
  readonly config: KubeConfig;
  readonly pod: { readonly namespace: string; readonly name: string; readonly container?: string };
  readonly command: readonly string[];
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command in a container over a web socket and collects its output.
 * @throws EnvironmentError when it cannot be started, or the connection ends before the command.
 */
export async function execInPod({ config, pod, command, input, signal }: ExecCall): Promise<ExecOutput> {
  signal?.throwIfAborted();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = Promise.all([text(stdout), text(stderr)]);
  const stdin = input === undefined ? null : Readable.from([input]);
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
  try {
    const exitCode = exitCodeOf(await ended.promise, pod);
    stdout.end();
    stderr.end();
    const [out, err] = await output;
    return { exitCode, stdout: out, stderr: err };
  } finally {
    signal?.removeEventListener("abort", abort);
    socket.close();
  }
}

/** Of `ws`, whose types the client library names and does not bring. */
interface Socket {
  addEventListener(event: "close" | "error", listener: (event: unknown) => void): void;
  close(): void;
}

type PodRef = ExecCall["pod"];

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
