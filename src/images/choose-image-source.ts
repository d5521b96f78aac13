import type { EngineKind } from "../engine/engine.ts";
import type { Chosen } from "../chosen.ts";
import type { ImageSource } from "./images.ts";

export interface SourceLook {
  readonly engine: EngineKind;
  /** Whether the container registry that publishes the node image answers this machine. */
  readonly registryAnswers: () => Promise<boolean>;
}

/** Packages for the private engine, which has no uplink; upstream for a Docker that reaches a container registry. */
export async function chooseImageSource(
  wanted: ImageSource | "auto",
  look: SourceLook,
): Promise<Chosen<ImageSource>> {
  if (wanted !== "auto") return { value: wanted, why: "asked for with --images" };
  if (look.engine === "private")
    return { value: "packages", why: "the private engine has no way out to pull from" };
  return (await look.registryAnswers())
    ? { value: "upstream", why: "a container registry answers" }
    : { value: "packages", why: "no container registry answers" };
}
