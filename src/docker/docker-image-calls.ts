import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type Dockerode from "dockerode";
import { EnvironmentError } from "../errors.ts";
import { ImageName } from "../oci/image-name.ts";
import { followBuild } from "./build-events.ts";
import { firstFile } from "./docker-archive.ts";
import type { DockerConnection } from "./docker-connection.ts";
import { isRefusal, saidBy, unlessMissing } from "./docker-errors.ts";
import { imageFacts } from "./docker-image-facts.ts";
import type { BuildRequest, ImageCalls, LocalImage, OnDetail, PushRequest } from "./docker.ts";
import { jsonLines } from "./json-lines.ts";
import { followTransfer } from "./transfer-events.ts";

export function imageCalls({ api, ask }: DockerConnection): ImageCalls {
  return {
    images: () => ask("list its images", async () => (await api.listImages()).map(localImage)),
    image: (reference) => ask(`look at image ${reference}`, () => imageFacts(api, reference)),
    build: (request, onDetail, signal) =>
      ask(`build ${request.tag}`, () => build(api, request, { onDetail, signal }), signal),
    pull: (reference, onDetail, signal) =>
      ask(`pull ${reference}`, () => pull(api, reference, { onDetail, signal }), signal),
    push: (image, onDetail, signal) =>
      ask(`push ${image.reference}`, () => push(api, image, { onDetail, signal }), signal),
    tag: (image, reference) =>
      ask(`tag ${image} as ${reference}`, async () => {
        const name = ImageName.parse(reference);
        await api.getImage(image).tag({ repo: name.repository, tag: name.tag ?? "latest" });
      }),
    untag: (reference) =>
      ask(`take the name ${reference} off its image`, async () => {
        await unlessMissing(api.getImage(reference).remove({ force: true }));
      }),
    async removeUnusedImage(id) {
      const removal = api.getImage(id).remove();
      // A refusal means that a container or another image still needs it; nothing is lost by leaving it.
      await removal.catch(() => undefined);
    },
    save: (references, file) => ask(`save ${references.join(", ")}`, () => save(api, references, file)),
    readFile: (image, path) => ask(`read ${path} of ${image}`, () => readFile(api, image, path)),
  };
}

interface Listener {
  readonly onDetail: OnDetail;
  readonly signal: AbortSignal | undefined;
}

function localImage(image: Dockerode.ImageInfo): LocalImage {
  return {
    id: image.Id,
    tags: image.RepoTags ?? [],
    digests: image.RepoDigests ?? [],
    // null where it has none, whatever the type says.
    labels: { ...image.Labels },
    sizeBytes: image.Size,
  };
}

async function build(api: Dockerode, request: BuildRequest, { onDetail, signal }: Listener): Promise<void> {
  const unreadable = new AbortController();
  request.context.once("error", (cause) => {
    unreadable.abort(cause);
  });
  const abortSignal = signal ? AbortSignal.any([signal, unreadable.signal]) : unreadable.signal;
  const labels = { ...request.labels };
  const builder = { networkmode: "none", rm: true, forcerm: true, version: "1" } as const;
  try {
    const events = await api.buildImage(request.context, { t: request.tag, labels, ...builder, abortSignal });
    await followBuild(jsonLines(events), request.tag, onDetail);
  } catch (error) {
    if (unreadable.signal.aborted) throw unreadableContext(request.tag, unreadable.signal.reason);
    throw error;
  }
}

function unreadableContext(tag: string, cause: unknown): EnvironmentError {
  return new EnvironmentError({
    message: `What ${tag} is built from could not be read.`,
    lastSeen: cause instanceof Error ? cause.message : String(cause),
    hint: "Run the same command again: what is missing in the cache is made again.",
    cause,
  });
}

async function pull(api: Dockerode, reference: string, { onDetail, signal }: Listener): Promise<string> {
  const failure = {
    message: `${reference} could not be pulled.`,
    hint: "Where no container registry is in reach, build the images instead: labctl up --images packages",
  };
  const refused = (cause: unknown): never => {
    throw isRefusal(cause) ? new EnvironmentError({ ...failure, lastSeen: saidBy(cause), cause }) : cause;
  };
  const events = await api.pull(reference, signal ? { abortSignal: signal } : {}).catch(refused);
  const digest = await followTransfer(jsonLines(events), failure, onDetail);
  if (digest !== undefined) return digest;
  throw new EnvironmentError({ ...failure, lastSeen: "the pull ended without a manifest digest" });
}

async function push(
  api: Dockerode,
  { reference, login }: PushRequest,
  { onDetail, signal }: Listener,
): Promise<string> {
  const failure = {
    message: `${reference} could not be pushed.`,
    hint: "Bring the registry back with: labctl up",
  };
  const name = ImageName.parse(reference);
  const options = { tag: name.tag ?? "latest", authconfig: login, ...(signal && { abortSignal: signal }) };
  const events = await api.getImage(name.repository).push(options);
  const digest = await followTransfer(jsonLines(events), failure, onDetail);
  if (digest === undefined) {
    throw new EnvironmentError({ ...failure, lastSeen: "the push ended without a manifest digest" });
  }
  return digest;
}

/** dockerode has no call for several images in one archive. */
async function save(api: Dockerode, references: readonly string[], file: string): Promise<void> {
  const query = references.map((reference) => `names=${encodeURIComponent(reference)}`).join("&");
  // docker-modem cuts the last character off a path that has a query of its own.
  const path = `/images/get?${query}&`;
  const archive = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const options = { path, method: "GET", isStream: true, statusCodes: { 200: true } };
    api.modem.dial(options, (error: unknown, stream: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error("the request was refused"));
      else resolve(stream as NodeJS.ReadableStream);
    });
  });
  await pipeline(archive, createWriteStream(file));
}

async function readFile(api: Dockerode, image: string, path: string): Promise<Buffer | undefined> {
  const container = await api.createContainer({ Image: image, Cmd: ["none"] });
  try {
    const archive = await unlessMissing(container.getArchive({ path }));
    return archive && (await firstFile(archive));
  } finally {
    await container.remove({ v: true });
  }
}
