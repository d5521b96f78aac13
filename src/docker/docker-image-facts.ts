import type Dockerode from "dockerode";
import { unlessMissing } from "./docker-errors.ts";
import type { ImageFacts } from "./docker.ts";

interface HistoryEntry {
  readonly CreatedBy: string;
}

/** Undefined when the engine has no image of this name. */
export async function imageFacts(api: Dockerode, reference: string): Promise<ImageFacts | undefined> {
  const image = api.getImage(reference);
  const found = await unlessMissing(image.inspect());
  if (found === undefined) return undefined;
  const history = (await image.history()) as readonly HistoryEntry[];
  return {
    id: found.Id,
    layers: found.RootFS.Layers ?? [],
    history: history.map(({ CreatedBy }) => CreatedBy).toReversed(),
    user: found.Config.User,
  };
}
