import { connectDocker } from "./docker-connection.ts";
import { containerCalls } from "./docker-container-calls.ts";
import { imageCalls } from "./docker-image-calls.ts";
import type { Docker } from "./docker.ts";

/** Talks to the engine behind a unix socket; opens no connection before it is asked something. */
export function createDocker(socketPath: string): Docker {
  const connection = connectDocker(socketPath);
  return { ...imageCalls(connection), ...containerCalls(connection) };
}
