import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

export interface LabctlRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs `./labctl` as a user does, in a process of its own. */
export function runLabctl(...args: readonly string[]): Promise<LabctlRun> {
  return run(args, () => undefined);
}

/** The same, and shows its progress as it comes: for what takes minutes. */
export function runLabctlAloud(...args: readonly string[]): Promise<LabctlRun> {
  return run(args, (text) => process.stderr.write(text));
}

function run(args: readonly string[], onProgress: (text: string) => unknown): Promise<LabctlRun> {
  return startLabctl(args, onProgress).ended;
}

export interface RunningLabctl {
  readonly ended: Promise<LabctlRun>;
  kill(signal: NodeJS.Signals): void;
}

/** The same, for whoever wants to meet it on its way. */
export function startLabctl(
  args: readonly string[],
  onProgress: (text: string) => unknown = () => undefined,
): RunningLabctl {
  const started = Date.now();
  const child = spawn(join(import.meta.dirname, "..", "..", "labctl"), args, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
    onProgress(String(chunk));
  });
  const ended = new Promise<LabctlRun>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      // As a shell tells it.
      const exitCode = signal === null ? code : 128 + constants.signals[signal];
      resolve({ exitCode, stdout, stderr, durationMs: Date.now() - started });
    });
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** The unix socket of the engine that labctl uses. */
export async function engineSocket(): Promise<string> {
  const { stdout } = await runLabctl("env");
  return /DOCKER_HOST='unix:\/\/([^']+)'/.exec(stdout)?.[1] ?? "";
}
