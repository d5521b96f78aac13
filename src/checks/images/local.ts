import type { ImageFacts } from "../../docker/docker.ts";
import { EnvironmentError } from "../../errors.ts";
import type { LookContext, LookDocker, LookRegistry, Found } from "../../look/look.ts";

/** The engine's Docker, for kinds that need it: without one their exercise is skipped before they look. */
export function requireDocker({ docker }: LookContext): LookDocker {
  return docker ?? notHere("container engine");
}

export function requireRegistry({ registry }: LookContext): LookRegistry {
  return registry ?? notHere("lab registry");
}

function notHere(what: string): never {
  throw new EnvironmentError({
    message: `There is no ${what} beside a cluster that labctl did not make.`,
    hint: "Leave --context out to work with labctl's own cluster.",
  });
}

export type FoundImage = Found<{ readonly image: ImageFacts }>;

/** An image of the engine, by any of its names. */
export async function findImage(docker: LookDocker, reference: string): Promise<FoundImage> {
  const image = await docker.image(reference);
  if (image) return { ok: true, image };
  const finding = {
    object: `Image/${reference}`,
    reason: "image-not-built",
    expected: `an image named ${reference}`,
    actual: "not found",
    message: `The container engine has no image ${reference} yet.`,
    next: "docker images",
  };
  return { ok: false, findings: [finding] };
}
