import { PassThrough, Readable } from "node:stream";
import type Dockerode from "dockerode";
import tar from "tar-stream";
import { maxTextBytes, readBounded, tooLate, withinMs } from "../bounded.ts";
import type { DockerConnection } from "./docker-connection.ts";
import { unlessMissing, unlessNotModified } from "./docker-errors.ts";
import type { CommandLimits, ContainerCalls, ContainerFacts, ContainerSpec } from "./docker.ts";

export function containerCalls({ api, ask }: DockerConnection): ContainerCalls {
  return {
    container: (name) =>
      ask(`look at container ${name}`, async () => {
        const found = await unlessMissing(api.getContainer(name).inspect());
        return found && containerFacts(found);
      }),
    runContainer: (spec) => ask(`run container ${spec.name}`, () => runContainer(api, spec)),
    startContainer: (name) =>
      ask(`start container ${name}`, async () => {
        await unlessNotModified(api.getContainer(name).start());
      }),
    exec: (name, command, limits) =>
      ask(`run ${command.join(" ")} in container ${name}`, () => exec(api, name, { command, ...limits })),
    runBeside: (name, beside) =>
      ask(`run ${beside.image} beside container ${name}`, () => runBeside(api, name, beside)),
    stopContainer: (name) =>
      ask(`stop container ${name}`, async () => {
        await unlessMissing(unlessNotModified(api.getContainer(name).stop()));
      }),
    removeContainer: (name) =>
      ask(`remove container ${name}`, async () => {
        await unlessMissing(api.getContainer(name).remove({ force: true, v: true }));
      }),
    removeVolume: (name) =>
      ask(`remove volume ${name}`, async () => {
        await unlessMissing(api.getVolume(name).remove());
      }),
    networkExists: (name) =>
      ask(`look at network ${name}`, async () => {
        return (await unlessMissing(api.getNetwork(name).inspect())) !== undefined;
      }),
    connect: (network, container) =>
      ask(`connect ${container} to network ${network}`, async () => {
        await api.getNetwork(network).connect({ Container: container });
      }),
  };
}

function containerFacts(found: Dockerode.ContainerInspectInfo): ContainerFacts {
  return {
    id: found.Id,
    imageId: found.Image,
    image: found.Config.Image,
    running: found.State.Running,
    startedAt: new Date(found.State.StartedAt),
    exitCode: found.State.ExitCode,
    labels: { ...found.Config.Labels },
    networks: Object.keys(found.NetworkSettings.Networks),
  };
}

async function runContainer(api: Dockerode, spec: ContainerSpec): Promise<void> {
  for (const volume of spec.volumes) {
    await api.createVolume({ Name: volume.name, Labels: { ...spec.labels } });
  }
  const container = await api.createContainer(createOptions(spec));
  for (const { folder, name, text } of spec.files ?? []) {
    const archive = tar.pack();
    archive.entry({ name, mode: 0o600 }, text);
    archive.finalize();
    await container.putArchive(Readable.from(archive, { objectMode: false }), { path: folder });
  }
  await container.start();
}

function createOptions(spec: ContainerSpec): Dockerode.ContainerCreateOptions {
  const port = (container: number): string => `${String(container)}/tcp`;
  const bindings = spec.ports.map(({ host, container }) => {
    return [port(container), [{ HostIp: "127.0.0.1", HostPort: String(host) }]] as const;
  });
  return {
    name: spec.name,
    Image: spec.image,
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...spec.labels },
    ExposedPorts: Object.fromEntries(spec.ports.map(({ container }) => [port(container), {}])),
    HostConfig: {
      RestartPolicy: { Name: spec.restart },
      Mounts: spec.volumes.map(({ name, path }) => ({ Type: "volume", Source: name, Target: path })),
      PortBindings: Object.fromEntries(bindings),
    },
  };
}

interface Running extends CommandLimits {
  readonly command: readonly string[];
}

async function exec(
  api: Dockerode,
  name: string,
  { command, ...limits }: Running,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const streams = { AttachStdout: true, AttachStderr: true };
  const created = await api.getContainer(name).exec({ Cmd: [...command], ...streams });
  const stream = await created.start({});
  // A command that goes on notices that nobody listens any more.
  const output = await collect(api, stream, { command, name, ...limits }).finally(() => stream.destroy());
  return { exitCode: (await created.inspect()).ExitCode ?? 1, output };
}

async function runBeside(
  api: Dockerode,
  name: string,
  { image, command, ...limits }: Parameters<ContainerCalls["runBeside"]>[1],
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const container = await api.createContainer({
    Image: image,
    Cmd: [...command],
    HostConfig: { NetworkMode: `container:${name}` },
  });
  try {
    // Attached before it starts, so that nothing of a short run is missed.
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const output = await collect(api, stream, { command, name, ...limits, stdoutOnly: true });
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
    return { exitCode: StatusCode, output };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

interface Collecting extends Running {
  /** Of the container. */
  readonly name: string;
  readonly stdoutOnly?: boolean;
}

/** Milliseconds for a command that names no time of its own. */
const usualWithinMs = 60_000;

/** The text of an attached stream, which carries stdout and stderr in one. */
async function collect(api: Dockerode, stream: NodeJS.ReadableStream, call: Collecting): Promise<string> {
  const { command, name, maxBytes = maxTextBytes, withinMs: ms = usualWithinMs, stdoutOnly = false } = call;
  const collected = new PassThrough();
  const stderr = stdoutOnly ? new PassThrough().resume() : collected;
  api.modem.demuxStream(stream, collected, stderr);
  stream.once("end", () => collected.end());
  const speaker = { name: `A command in container ${name}`, hint: "labctl doctor" };
  const late = (): Error => tooLate(speaker, ms, command.join(" ").slice(0, 200));
  return (await withinMs(readBounded(collected, { ...speaker, maxBytes }), ms, late)).toString("utf8");
}
