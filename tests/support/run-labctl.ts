import { spawn } from "node:child_process";
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
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr, durationMs: Date.now() - started });
    });
  });
}

/** The unix socket of the engine that labctl uses. */
export async function engineSocket(): Promise<string> {
  const { stdout } = await runLabctl("env");
  return /DOCKER_HOST='unix:\/\/([^']+)'/.exec(stdout)?.[1] ?? "";
}
