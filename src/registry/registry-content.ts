import { EnvironmentError } from "../errors.ts";
import { ImageName } from "../oci/image-name.ts";
import type { Manifest, Registry } from "./registry.ts";

/** What is in a registry, by its HTTP API: https://distribution.github.io/distribution/spec/api/ */
export type RegistryContent = Pick<Registry, "digest" | "manifest" | "removeTags">;

type Request = (method: string, path: string) => Promise<Response>;

/** @param request asks the registry itself. */
export function registryContent(host: string, request: Request): RegistryContent {
  const ask: Ask = async (method, path, about) => {
    const answer = await request(method, path);
    if (answer.status === 404) return undefined;
    if (answer.ok) return answer;
    throw new EnvironmentError({
      message: `The registry at ${host} could not say what ${about} is.`,
      lastSeen: `HTTP ${String(answer.status)}`,
      hint: "Bring it back with: labctl up",
    });
  };
  return {
    digest: async (repository) => digestOf(await ask("HEAD", manifestPath(repository), repository)),
    manifest: (repository) => readManifest(ask, repository),
    removeTags: (repository) => removeTags(ask, repository),
  };
}

/** Undefined where the registry knows of no such thing. @throws EnvironmentError for any other refusal. */
type Ask = (method: string, path: string, about: string) => Promise<Response | undefined>;

function manifestPath(repository: string): string {
  const { path, tag = "latest" } = named(repository);
  return `/v2/${path}/manifests/${tag}`;
}

/** As the registry names it; a first part that is a host is the reader's own business. */
function named(repository: string): ImageName {
  return ImageName.parse(`localhost/${repository}`);
}

function digestOf(answer: Response | undefined): string | undefined {
  return answer?.headers.get("docker-content-digest") ?? undefined;
}

async function readManifest(ask: Ask, repository: string): Promise<Manifest | undefined> {
  const answer = await ask("GET", manifestPath(repository), repository);
  const digest = digestOf(answer);
  if (answer === undefined || digest === undefined) return undefined;
  const { config, annotations } = (await answer.json()) as Described;
  return {
    digest,
    config: config?.digest,
    ...(config?.mediaType && { configType: config.mediaType }),
    ...(annotations && { annotations }),
  };
}

interface Described {
  readonly config?: ConfigRef;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface ConfigRef {
  readonly digest?: string;
  readonly mediaType?: string;
}

async function removeTags(ask: Ask, repository: string): Promise<void> {
  const { path } = named(repository);
  const listed = await ask("GET", `/v2/${path}/tags/list`, repository);
  // null once every tag was removed.
  const { tags } = ((await listed?.json()) ?? {}) as { readonly tags?: readonly string[] | null };
  for (const tag of tags ?? []) {
    const digest = digestOf(await ask("HEAD", `/v2/${path}/manifests/${tag}`, repository));
    // Two tags of one manifest go together: the second finds nothing any more.
    if (digest !== undefined) await ask("DELETE", `/v2/${path}/manifests/${digest}`, repository);
  }
}
