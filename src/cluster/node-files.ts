import type { NodeRegistry } from "./cluster.ts";

/** The file that sends a node's pulls of `localhost:<port>/…` to the registry's container, and where it goes. */
export function registryHostsFile(
  registryHost: string,
  registry: NodeRegistry,
): { path: string; text: string } {
  const server = `http://${registry.container}:5000`;
  return {
    // https://github.com/containerd/containerd/blob/main/docs/hosts.md
    path: `/etc/containerd/certs.d/${registryHost}/hosts.toml`,
    text: [
      `[host."${server}"]`,
      `[host."${server}".header]`,
      `Authorization = "${registry.authorization}"`,
      "",
    ].join("\n"),
  };
}
