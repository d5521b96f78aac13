import type { Docker } from "../docker/docker.ts";
import type { Cluster } from "./cluster.ts";

const script = `
ctr --namespace k8s.io images list --quiet | while read -r name; do
  case "$name" in "$1":* | "$1"@*) ctr --namespace k8s.io images remove "$name" ;; esac
done`;

/** A busy node takes some seconds for each image, and there are a few. */
const limits = { withinMs: 300_000 };

/**
 * Has every running node forget a repository's images, so that a tag pushed anew is pulled anew.
 * @param repository with its registry: `localhost:5001/my-image`.
 */
export async function forgetNodeImages(
  repository: string,
  { cluster, docker }: { readonly cluster: Cluster; readonly docker: Docker },
): Promise<void> {
  const { nodes } = await cluster.observe();
  const running = nodes.filter((node) => node.running);
  await Promise.all(
    running.map(({ name }) => docker.exec(name, ["sh", "-ec", script, "sh", repository], limits)),
  );
}
