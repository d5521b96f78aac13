import { podCause } from "../../diagnosis/pod-cause.ts";
import { EnvironmentError } from "../../errors.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext, Found } from "../check.ts";
import { missing } from "../objects/missing.ts";
import { withOwnObject } from "../objects/own-object.ts";

interface VolumeLook {
  readonly claim: string;
  readonly image: string;
  /** Run in the image's way; the volume is at `volumePath`, read-only. Its answer goes to standard output. */
  readonly command: readonly string[];
}

/** What the command wrote, or the finding that there is no such volume. */
export type VolumeAnswer = Found<{ readonly output: string }>;

export const volumePath = "/volume";
const podName = "labctl-volume";
/** An image of half a gigabyte may have to be pulled first. */
const withinSeconds = 180;

/**
 * Looks into a volume from a pod of labctl's own, which is removed afterwards.
 * @throws EnvironmentError when that pod does not run to its end.
 */
export async function lookIntoVolume(context: CheckContext, look: VolumeLook): Promise<VolumeAnswer> {
  const { kube, namespace } = context;
  const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: look.claim, namespace };
  if (!(await kube.read(ref))) return { ok: false, findings: [missing(ref)] };
  const run = {
    kind: "Pod",
    name: podName,
    namespace,
    spec: podSpec(look),
    until: hasEnded,
    withinSeconds,
  } as const;
  context.announce(`looking into the volume ${look.claim}`);
  const output = await withOwnObject(context, run, async ({ object: pod }) => {
    if (pod.status?.phase !== "Succeeded") throw await notEnded(context, pod);
    return kube.logs({ namespace, name: podName });
  });
  return { ok: true, output };
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function podSpec({ claim, image, command }: VolumeLook): object {
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    volumes: [{ name: "volume", persistentVolumeClaim: { claimName: claim, readOnly: true } }],
    containers: [
      {
        name: "look",
        image,
        command,
        volumeMounts: [{ name: "volume", mountPath: volumePath, readOnly: true }],
      },
    ],
  };
}

async function notEnded(context: CheckContext, pod: Pod): Promise<EnvironmentError> {
  const { namespace } = context;
  const log = (await context.kube.logs({ namespace, name: podName }, { tailLines: 5 })).trim();
  return new EnvironmentError({
    message: "labctl's own pod could not look into the volume.",
    lastSeen: log === "" ? (await podCause(context, pod)).message : log,
    hint: `Is there room for one more pod? kubectl -n ${namespace} get pods,pvc; kubectl describe nodes`,
  });
}
