import { createDocker } from "../../src/docker/docker-engine-api.ts";
import type { Docker } from "../../src/docker/docker.ts";

/** The unix socket of the engine that has the integration tests' images. */
export function engineSocket(): string {
  const host = process.env["DOCKER_HOST"];
  if (host?.startsWith("unix://") === true) return host.slice("unix://".length);
  throw new Error(
    "These tests run in an engine's network, with its socket in DOCKER_HOST. Run: make integration",
  );
}

export function engineUnderTest(): Docker {
  return createDocker(engineSocket());
}
