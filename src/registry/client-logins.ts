import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeJsonFile } from "../json-file.ts";
import { parseJson } from "../parse-json.ts";
import { encoded, type RegistryLogin } from "./registry-login.ts";

/** Where `docker login` and `helm registry login` keep what they were told, and what it is for one registry. */
export interface ClientLogins {
  /** labctl's own folder. */
  readonly home: string;
  /** As students name the registry: `localhost:5001`. */
  readonly host: string;
  /** The folder of the user's own Docker configuration: `~/.docker`. */
  readonly userDocker: string;
}

/** What `DOCKER_CONFIG` names in a lab: what labctl logs in to stays out of the user's own configuration. */
export function dockerConfigFolder(home: string): string {
  return join(home, "docker");
}

/** Whether docker and helm would send this login in a lab. */
export async function haveLogins({ home, host }: ClientLogins, login: RegistryLogin): Promise<boolean> {
  const configs = await Promise.all([dockerConfig(home), helmConfig(home)].map(read));
  return configs.every((config) => config?.auths?.[host]?.auth === encoded(login));
}

/** Adds the login to both files; what else is in them stays. */
export async function writeLogins(clients: ClientLogins, login: RegistryLogin): Promise<void> {
  const { home, host, userDocker } = clients;
  const entry = { [host]: { auth: encoded(login) } };
  const helm = await read(helmConfig(home));
  const secret = { secret: true };
  await writeJsonFile(helmConfig(home), { ...helm, auths: { ...helm?.auths, ...entry } }, secret);
  const docker = (await read(dockerConfig(home))) ?? (await asOfUser(userDocker));
  // No program of the user's keeps the word for this registry: an empty name is none.
  const credHelpers =
    docker.credsStore === undefined ? docker.credHelpers : { ...docker.credHelpers, [host]: "" };
  const config = { ...docker, ...(credHelpers && { credHelpers }), auths: { ...docker.auths, ...entry } };
  await writeJsonFile(dockerConfig(home), config, secret);
}

function dockerConfig(home: string): string {
  return join(dockerConfigFolder(home), "config.json");
}

/** In HELM_CONFIG_HOME: https://helm.sh/docs/helm/helm/ */
function helmConfig(home: string): string {
  return join(home, "helm", "config", "registry", "config.json");
}

/** As far as labctl reads it: https://docs.docker.com/reference/cli/docker/#configuration-files */
interface ClientConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** The user's proxies, programs for credentials and plugins hold in a lab, too; their logins and context stay there. */
async function asOfUser(folder: string): Promise<ClientConfig> {
  const own = (await read(join(folder, "config.json"))) as Readonly<Record<string, unknown>> | undefined;
  const kept = Object.entries(own ?? {}).filter(([key]) => !["auths", "currentContext"].includes(key));
  return { cliPluginsExtraDirs: [join(folder, "cli-plugins")], ...Object.fromEntries(kept) } as ClientConfig;
}

async function read(path: string): Promise<ClientConfig | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const config = parseJson(text);
  return typeof config === "object" && config !== null && !Array.isArray(config) ? config : undefined;
}
