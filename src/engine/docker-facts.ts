import Dockerode from "dockerode";
import type { EngineFacts } from "./engine.ts";

/** What an engine says of itself; undefined when nothing answers at the socket; a busy engine is given ten seconds. */
export async function dockerFacts(
  socketPath: string,
): Promise<Omit<EngineFacts, "kind" | "running"> | undefined> {
  try {
    const info = (await new Dockerode({ socketPath, timeout: 10_000 }).info()) as DockerInfo;
    return {
      version: info.ServerVersion,
      cgroupVersion: info.CgroupVersion === "2" ? "2" : "1",
      memoryBytes: info.MemTotal,
      cpus: info.NCPU,
      dataRoot: info.DockerRootDir,
    };
  } catch {
    return undefined;
  }
}

/** The fields of `GET /info` that labctl reads: https://docs.docker.com/reference/api/engine/ */
interface DockerInfo {
  readonly ServerVersion: string;
  readonly CgroupVersion?: string;
  readonly MemTotal: number;
  readonly NCPU: number;
  readonly DockerRootDir: string;
}
