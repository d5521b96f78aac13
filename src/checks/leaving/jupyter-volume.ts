import type { Jupyter } from "../../jupyter/jupyter.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, CheckFinding } from "../check.ts";
import { lookIntoVolume, volumePath } from "./volume-pod.ts";

interface Search {
  readonly deployment: string;
  readonly pod: Pod;
  readonly jupyter: Jupyter;
  /** The name of a file that Jupyter has just written, and its text, which is random. */
  readonly file: string;
  readonly text: string;
  /** Has `find`; runs as root, since a volume's folders may be its owner's only. */
  readonly image: string;
}

interface Mounted {
  readonly name: string;
  /** Of the claim; undefined for a volume of another kind. */
  readonly claim: string | undefined;
  /** `emptyDir`, `hostPath`, …. */
  readonly kind: string;
  readonly paths: readonly string[];
}

/** Whether a file lies on one of a pod's claims, wherever and under whatever subPath; if not, where it lies instead. */
export async function lookForFile(context: CheckContext, search: Search): Promise<readonly CheckFinding[]> {
  const { file, text, image } = search;
  const mounted = volumesOf(search.pod);
  const claims = mounted.flatMap(({ claim }) => claim ?? []);
  for (const claim of new Set(claims)) {
    const command = ["find", volumePath, "-name", file, "-exec", "cat", "{}", ";"];
    const look = await lookIntoVolume(context, { claim, image, command });
    if (!look.ok) return look.findings;
    if (look.output.includes(text)) return [];
  }
  return [await elsewhere(context, search, mounted)];
}

function volumesOf({ spec }: Pod): readonly Mounted[] {
  const mounts = spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  return (spec.volumes ?? []).map((volume) => {
    const { name, ...source } = volume as { readonly name: string } & Readonly<Record<string, unknown>>;
    const { claimName } = (source["persistentVolumeClaim"] ?? {}) as { readonly claimName?: string };
    return {
      name,
      claim: claimName,
      kind: Object.keys(source)[0] ?? "emptyDir",
      paths: mounts.filter((mount) => mount.name === name).map(({ mountPath }) => mountPath),
    };
  });
}

const withinMs = 60_000;

async function elsewhere(
  { namespace }: CheckContext,
  { deployment, jupyter }: Search,
  mounted: readonly Mounted[],
): Promise<CheckFinding> {
  const asked = await jupyter.execute("import os\nprint(os.getcwd())", { withinMs });
  const folder = asked.ok ? asked.output.trim() : undefined;
  const keeps = folder === undefined ? "" : ` JupyterLab keeps its files in ${folder}.`;
  const claims = mounted.filter(({ claim }) => claim !== undefined);
  const beneath = folder === undefined ? undefined : volumeBeneath(folder, mounted);
  const where = claims
    .map(({ claim, paths }) => `${String(claim)} is mounted at ${paths.join(", ") || "no path"}`)
    .join("; ");
  const why =
    beneath && beneath.claim === undefined
      ? `There is ${beneath.kind === "emptyDir" ? "an emptyDir, which ends with its pod" : `a volume of the kind ${beneath.kind}`}.`
      : claims.length > 0
        ? `The claim ${where}.`
        : "The pod mounts no PersistentVolumeClaim, and a container's own files end with it.";
  return {
    object: `Deployment/${deployment}`,
    path: "spec.template.spec.containers[].volumeMounts",
    expected: "what JupyterLab saves is on a PersistentVolumeClaim",
    actual: beneath ? beneath.kind : claims.length > 0 ? `the claim ${where}` : "no claim",
    message: `A file that labctl saved in JupyterLab is on no PersistentVolumeClaim.${keeps} ${why}`,
    next: `kubectl -n ${namespace} describe deployment ${deployment}`,
  };
}

/** The volume that a folder is on: the one with the longest path above it. */
function volumeBeneath(folder: string, mounted: readonly Mounted[]): Mounted | undefined {
  const above = mounted.flatMap((volume) =>
    volume.paths
      .filter((path) => `${folder}/`.startsWith(`${path.replace(/\/$/u, "")}/`))
      .map((path) => ({ volume, length: path.length })),
  );
  return above.sort((a, b) => b.length - a.length)[0]?.volume;
}
