import { z } from "zod";
import { mebibyte, readBounded, type Speaker } from "../bounded.ts";
import { EnvironmentError, LabctlError } from "../errors.ts";
import { ImageName } from "../oci/image-name.ts";
import { parseJson } from "../parse-json.ts";
import type { Manifest, Registry } from "./registry.ts";

/** What is in a registry, by its HTTP API: https://distribution.github.io/distribution/spec/api/ */
export type RegistryContent = Pick<Registry, "digest" | "manifest">;

type Request = (method: string, path: string) => Promise<Response>;

/** @param request asks the registry itself. */
export function registryContent(host: string, request: Request): RegistryContent {
  const speaker = { name: `The registry at ${host}`, hint: "Bring it back with: labctl up" };
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
    manifest: (repository) => readManifest(ask, repository, speaker),
  };
}

/** What a registry takes as a manifest: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
const maxBytes = 4 * mebibyte;

/** @throws EnvironmentError when it is longer than 4 MiB, does not come to its end, or is none of what was asked for. */
async function readBody<T>(answer: Response, schema: z.ZodType<T>, speaker: Speaker): Promise<T> {
  const text = await readText(answer, speaker);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw unreadable(speaker, `${text.slice(0, 200)}\n${z.prettifyError(parsed.error)}`);
}

async function readText(answer: Response, speaker: Speaker): Promise<string> {
  if (answer.body === null) return "";
  try {
    return (await readBounded(answer.body, { ...speaker, maxBytes })).toString("utf8");
  } catch (error) {
    // The request's own deadline holds for its body, too.
    throw error instanceof LabctlError ? error : unreadable(speaker, String(error));
  }
}

function unreadable({ name, hint }: Speaker, lastSeen: string): EnvironmentError {
  return new EnvironmentError({ message: `${name} gave an answer that cannot be read.`, lastSeen, hint });
}

/** Undefined where the registry knows of no such thing. @throws EnvironmentError for any other refusal. */
type Ask = (method: string, path: string, about: string) => Promise<Response | undefined>;

function manifestPath(repository: string): string {
  const { path, tag = "latest" } = inAnyRegistry(repository);
  return `/v2/${path}/manifests/${tag}`;
}

/** As a registry names it; a first part that is a host is the reader's own business. */
export function inAnyRegistry(repository: string): ImageName {
  return ImageName.parse(`localhost/${repository}`);
}

function digestOf(answer: Response | undefined): string | undefined {
  return answer?.headers.get("docker-content-digest") ?? undefined;
}

async function readManifest(ask: Ask, repository: string, speaker: Speaker): Promise<Manifest | undefined> {
  const answer = await ask("GET", manifestPath(repository), repository);
  const digest = digestOf(answer);
  if (answer === undefined || digest === undefined) return undefined;
  const { config, annotations } = await readBody(answer, described, speaker);
  return {
    digest,
    config: config?.digest,
    ...(config?.mediaType && { configType: config.mediaType }),
    ...(annotations && { annotations }),
  };
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md; an index has no configuration. */
const described = z.object({
  config: z.object({ digest: z.string().optional(), mediaType: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
