/** The file that sends a node's pulls of `localhost:<port>/…` to the registry's container, and where it goes. */
export function registryHostsFile(registryHost: string, container: string): { path: string; text: string } {
  return {
    // https://github.com/containerd/containerd/blob/main/docs/hosts.md
    path: `/etc/containerd/certs.d/${registryHost}/hosts.toml`,
    text: `[host."http://${container}:5000"]\n`,
  };
}
