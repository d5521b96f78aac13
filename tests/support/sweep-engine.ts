import Dockerode from "dockerode";
import { engineSocket } from "./engine-under-test.ts";
import { testImages, testLabel } from "./test-names.ts";

/** Before and after the integration tests: removes what this or an earlier, killed run left in the engine. */
export default async function sweepEngine(): Promise<() => Promise<void>> {
  const engine = new Dockerode({ socketPath: engineSocket() });
  await sweep(engine);
  return () => sweep(engine);
}

async function sweep(engine: Dockerode): Promise<void> {
  const containers = await engine.listContainers({ all: true, filters: { label: [testLabel] } });
  for (const { Id } of containers) await engine.getContainer(Id).remove({ force: true, v: true });
  const { Volumes } = await engine.listVolumes({ filters: { label: [testLabel] } });
  for (const { Name } of Volumes) await engine.getVolume(Name).remove();
  const images = await engine.listImages();
  for (const tag of images.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    if (testImages.test(tag)) await engine.getImage(tag).remove();
  }
}
