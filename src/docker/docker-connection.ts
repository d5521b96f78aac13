import Dockerode from "dockerode";
import { engineRefusal } from "./docker-errors.ts";

/** The API of one engine, with one way to ask so that every refusal becomes the same kind of error. */
export interface DockerConnection {
  readonly api: Dockerode;
  /**
   * @param what completes "could not …" in the error.
   * @throws EnvironmentError, or the reason of `signal` once that is aborted.
   */
  readonly ask: <T>(what: string, call: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

/** Opens nothing before it is asked something. */
export function connectDocker(socketPath: string): DockerConnection {
  return {
    api: new Dockerode({ socketPath }),
    ask: async (what, call, signal) => {
      try {
        return await call();
      } catch (error) {
        signal?.throwIfAborted();
        throw engineRefusal({ error, what, socketPath });
      }
    },
  };
}
