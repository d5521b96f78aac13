import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readYaml, writeYaml } from "../yaml/plain-yaml.ts";
import { EnvironmentError } from "../errors.ts";
import { exists } from "../exists.ts";
import type { Places } from "../places.ts";
import { ensureLink } from "../tools/ensure-link.ts";
import { helmHomes, type HelmHomes } from "../helm/helm-homes.ts";
import { dockerConfigFolder } from "../registry/client-logins.ts";
import type { StepContext } from "../steps/step.ts";

/**
 * Variables that point kubectl, helm and docker at the lab cluster, and at a namespace where one is given; what helm
 * and docker remember stays in labctl's own folder.
 */
export interface LabEnvironment extends HelmHomes {
  readonly KUBECONFIG: string;
  readonly DOCKER_HOST: string;
  readonly DOCKER_CONFIG: string;
  readonly PATH: string;
}

/** What labctl itself was told, so that it works on the same cluster from there: `LABCTL_CLUSTER` and the like. */
export type OwnVariables = Readonly<Record<`LABCTL_${string}`, string>>;

interface KubeconfigFile {
  "current-context"?: string;
  contexts?: { name: string; context: { namespace?: string } }[];
}

/**
 * Writes a kubeconfig of its own for the namespace, so that nobody's current context changes.
 * @throws EnvironmentError when there is no cluster yet.
 */
export async function labEnvironment(
  context: StepContext,
  namespace?: string,
): Promise<LabEnvironment & OwnVariables> {
  const { deps, platform } = context;
  await linkOwnProgram(deps.places);
  return {
    KUBECONFIG: await namespacedKubeconfig(context, namespace ?? "default"),
    DOCKER_HOST: `unix://${platform.engine.socketPath}`,
    DOCKER_CONFIG: dockerConfigFolder(deps.places.home),
    ...helmHomes(deps.places.home),
    PATH: [join(deps.places.home, "bin"), deps.env["PATH"]].filter(Boolean).join(":"),
    ...ownVariables(platform.choice),
  };
}

function ownVariables({ cluster, context, kubeconfig }: StepContext["platform"]["choice"]): OwnVariables {
  return {
    ...(cluster !== "labctl" && { LABCTL_CLUSTER: cluster }),
    ...(context !== undefined && { LABCTL_CONTEXT: context }),
    ...(kubeconfig !== undefined && { LABCTL_KUBECONFIG: kubeconfig }),
  };
}

/** Whoever started labctl by its path finds it by its name in a lab, too. */
async function linkOwnProgram({ home, project }: Places): Promise<void> {
  const program = join(project, "labctl");
  if (await exists(program)) await ensureLink(program, join(home, "bin", "labctl"));
}

async function namespacedKubeconfig({ deps, platform }: StepContext, namespace: string): Promise<string> {
  const file = await readKubeconfig(platform.cluster.kubeconfig);
  const current = platform.choice.context ?? file["current-context"];
  const contexts = file.contexts?.map((entry) =>
    entry.name === current ? { ...entry, context: { ...entry.context, namespace } } : entry,
  );
  const path = join(deps.places.home, "kube", `${platform.cluster.name}-${namespace}.yaml`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, writeYaml({ ...file, "current-context": current, contexts }), { mode: 0o600 });
  return path;
}

async function readKubeconfig(path: string): Promise<KubeconfigFile> {
  try {
    return readYaml(await readFile(path, "utf8")) as KubeconfigFile;
  } catch (error) {
    throw new EnvironmentError({
      message: "There is no lab cluster yet.",
      lastSeen: error instanceof Error ? error.message : String(error),
      hint: "Run: labctl up",
      cause: error,
    });
  }
}
