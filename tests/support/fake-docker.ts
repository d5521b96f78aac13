import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type {
  BuildRequest,
  ContainerFacts,
  ContainerSpec,
  Docker,
  ImageFacts,
  LocalImage,
  OnDetail,
  PushRequest,
} from "../../src/docker/docker.ts";
import { EnvironmentError } from "../../src/errors.ts";
import { ImageName } from "../../src/oci/image-name.ts";

type ExecResult = Awaited<ReturnType<Docker["exec"]>>;

/** An engine in memory. What was asked of it is in `asked`; what a test wants refused is in `refused`. */
export class FakeDocker implements Docker {
  readonly asked: string[] = [];
  readonly refused = new Set<string>();
  readonly networks = new Set<string>();
  readonly volumes = new Set<string>();
  readonly containers = new Map<string, ContainerFacts & { readonly spec: ContainerSpec }>();
  /** Content of files by path, the same in every image. */
  readonly files = new Map<string, string>();
  /** What `image` tells, by reference. */
  readonly facts = new Map<string, ImageFacts>();
  /** What a command beside a container ends with; by default 0 and no output. */
  onBeside: (container: string, command: readonly string[]) => Partial<ExecResult> = () => ({});
  /** What a command in a container ends with; by default 0 and no output. */
  onExec: (container: string, command: readonly string[]) => Partial<ExecResult> = () => ({});
  /** What every tag stands for in the registry that is pulled from. */
  upstream = "sha256:pulled";
  /** The last build's context, as the text of its archive. */
  context = "";
  #images: LocalImage[] = [];
  #count = 0;

  addImage(image: Partial<LocalImage>): LocalImage {
    this.#count += 1;
    const id = `sha256:${String(this.#count)}`;
    const added = { id, tags: [], digests: [], labels: {}, sizeBytes: 1_000_000, ...image };
    for (const tag of added.tags) this.#untag(tag);
    this.#images = [...this.#images, added];
    return added;
  }

  async images(): Promise<readonly LocalImage[]> {
    return this.#images;
  }

  async image(reference: string): Promise<ImageFacts | undefined> {
    return this.facts.get(reference);
  }

  async untag(reference: string): Promise<void> {
    this.#ask(`untag ${reference}`);
    this.#untag(reference);
    this.#images = this.#images.filter(({ tags, digests }) => tags.length > 0 || digests.length > 0);
  }

  async build(request: BuildRequest, onDetail: OnDetail, signal?: AbortSignal): Promise<void> {
    this.#ask(`build ${request.tag}`);
    signal?.throwIfAborted();
    this.context = await text(request.context);
    onDetail("Step 1/1 : FROM scratch");
    this.addImage({ tags: [request.tag], labels: request.labels });
  }

  async pull(reference: string): Promise<string> {
    this.#ask(`pull ${reference}`);
    const name = ImageName.parse(reference);
    const tags = name.digest === undefined ? [name.listed] : [];
    const digest = name.digest ?? this.upstream;
    const held = this.#images.find(({ digests }) => digests.includes(`${name.repository}@${digest}`));
    if (held) for (const tag of tags) this.#change(held.id, (image) => ({ tags: [...image.tags, tag] }));
    else this.addImage({ tags, digests: [`${name.repository}@${digest}`] });
    return digest;
  }

  async push({ reference }: PushRequest): Promise<string> {
    this.#ask(`push ${reference}`);
    const digest = `sha256:of-${reference}`;
    const { repository } = ImageName.parse(reference);
    this.#change(reference, (image) => ({ digests: [...image.digests, `${repository}@${digest}`] }));
    return digest;
  }

  async tag(image: string, reference: string): Promise<void> {
    this.#ask(`tag ${image} ${reference}`);
    const { id } = this.#find(image);
    this.#untag(reference);
    this.#change(id, ({ tags }) => ({ tags: [...tags, reference] }));
  }

  async removeUnusedImage(id: string): Promise<void> {
    this.#ask(`remove ${id}`);
    this.#images = this.#images.filter((image) => image.id !== id);
  }

  async save(references: readonly string[], file: string): Promise<void> {
    this.#ask(`save ${references.join(" ")}`);
    await writeFile(file, references.join("\n"));
  }

  async readFile(image: string, path: string): Promise<Buffer | undefined> {
    this.#ask(`read ${image} ${path}`);
    const content = this.files.get(path);
    return content === undefined ? undefined : Buffer.from(content);
  }

  async container(name: string): Promise<ContainerFacts | undefined> {
    return this.containers.get(name);
  }

  async runContainer(spec: ContainerSpec): Promise<void> {
    this.#ask(`run ${spec.name}`);
    for (const { name } of spec.volumes) this.volumes.add(name);
    const { name, image: imageId, labels } = spec;
    const state = { running: true, startedAt: new Date(0), exitCode: 0 };
    const facts = { id: name, imageId, image: imageId, ...state, labels, networks: ["bridge"] };
    this.containers.set(name, { ...facts, spec });
  }

  async startContainer(name: string): Promise<void> {
    this.#ask(`start ${name}`);
    this.#changeContainer(name, { running: true });
  }

  async exec(container: string, command: readonly string[]): Promise<ExecResult> {
    this.#ask(`exec ${container} ${command.join(" ")}`);
    if (this.containers.get(container)?.running !== true) {
      throw new EnvironmentError({ message: `container ${container} is not running`, hint: "nothing" });
    }
    return { exitCode: 0, output: "", ...this.onExec(container, command) };
  }

  async runBeside(
    container: string,
    { image, command }: { readonly image: string; readonly command: readonly string[] },
  ): Promise<ExecResult> {
    this.#ask(`beside ${container} ${image}`);
    return { exitCode: 0, output: "", ...this.onBeside(container, command) };
  }

  async stopContainer(name: string): Promise<void> {
    this.#ask(`stop ${name}`);
    this.#changeContainer(name, { running: false });
  }

  async removeContainer(name: string): Promise<void> {
    this.#ask(`rm ${name}`);
    this.containers.delete(name);
  }

  async removeVolume(name: string): Promise<void> {
    this.#ask(`volume rm ${name}`);
    this.volumes.delete(name);
  }

  async networkExists(name: string): Promise<boolean> {
    return this.networks.has(name);
  }

  async connect(network: string, container: string): Promise<void> {
    this.#ask(`connect ${network} ${container}`);
    const networks = this.containers.get(container)?.networks ?? [];
    this.#changeContainer(container, { networks: [...networks, network] });
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (!this.refused.has(what)) return;
    throw new EnvironmentError({ message: `refused: ${what}`, hint: "nothing" });
  }

  /** By id, or by any way to write a tag. */
  #find(name: string): LocalImage {
    const { listed, repository, digest } = ImageName.parse(name);
    const isIt = ({ id, tags, digests }: LocalImage): boolean =>
      digest === undefined || id === name
        ? id === name || tags.includes(listed) || tags.includes(name)
        : digests.includes(`${repository}@${digest}`);
    const found = this.#images.find(isIt);
    if (!found) throw new EnvironmentError({ message: `no such image: ${name}`, hint: "nothing" });
    return found;
  }

  #change(name: string, change: (image: LocalImage) => Partial<LocalImage>): void {
    const found = this.#find(name);
    this.#images = this.#images.map((image) => (image === found ? { ...image, ...change(image) } : image));
  }

  #untag(tag: string): void {
    this.#images = this.#images.map((image) => ({
      ...image,
      tags: image.tags.filter((each) => each !== tag),
    }));
  }

  #changeContainer(name: string, change: Partial<ContainerFacts>): void {
    const found = this.containers.get(name);
    if (found) this.containers.set(name, { ...found, ...change });
  }
}
