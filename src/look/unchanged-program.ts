import type { Container } from "../kube/objects.ts";

/** Where Kubernetes mounts a pod's token of its own accord. */
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * How a container makes something else of its image's program, as a clause; undefined where it runs as the image has
 * it. Whoever starts another command, or puts files over the image's, runs a program of their own under its digest.
 */
export function changeOfProgram({
  command,
  args,
  volumeMounts = [],
  lifecycle,
}: Container): string | undefined {
  const words = [...(command ?? []), ...(args ?? [])];
  if (words.length > 0) return `it starts ${words.join(" ")} in place of the image's own program`;
  const mount = volumeMounts.find(({ mountPath }) => mountPath !== tokenPath);
  if (mount) return `volume ${mount.name} lies over the image's files at ${mount.mountPath}`;
  return lifecycle?.postStart ? "a postStart hook runs in it" : undefined;
}
