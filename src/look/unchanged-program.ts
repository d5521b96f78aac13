import type { Container } from "../kube/objects.ts";

/** Where Kubernetes mounts a pod's token of its own accord. */
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * How a container makes something else of its image's program, as a clause; undefined where it runs as the image has
 * it. Whoever starts another command, or puts files over the image's, runs a program of their own under its digest.
 */
export function changeOfProgram(container: Container): string | undefined {
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath !== tokenPath);
  const covered = mount && `volume ${mount.name} lies over the image's files at ${mount.mountPath}`;
  return otherStart(container) ?? covered;
}

/** The same, where volumes may well lie over the image's files: its program is what is started. */
export function otherStart({ command, args, lifecycle }: Container): string | undefined {
  const words = [...(command ?? []), ...(args ?? [])];
  if (words.length > 0) return `it starts ${words.join(" ")} in place of the image's own program`;
  return lifecycle?.postStart ? "a postStart hook runs in it" : undefined;
}
