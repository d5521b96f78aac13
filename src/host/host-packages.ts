import type { Exec } from "../exec/exec.ts";
import { exists } from "../exists.ts";
import { fromRegistry } from "./registry-error.ts";

/** Installs packages of this machine's own distribution where the file that each is needed for is missing. */
export async function ensureHostPackages(
  exec: Exec,
  packages: readonly { readonly name: string; readonly file: string }[],
): Promise<void> {
  const present = await Promise.all(packages.map(({ file }) => exists(file)));
  const missing = packages.filter((_, index) => present[index] === false).map(({ name }) => name);
  if (missing.length === 0) return;
  const apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
  await fromRegistry({ registry: "this machine's apt", what: missing.join(" and ") }, async () => {
    await exec.run([...apt, "update"], { root: true, allowFailure: true });
    await exec.run([...apt, "install", "-y", "--no-install-recommends", ...missing], { root: true });
  });
}

/** Debian's signing keys, which Ubuntu has as a package of the same name. */
export const debianKeys = {
  name: "debian-archive-keyring",
  file: "/usr/share/keyrings/debian-archive-keyring.gpg",
} as const;
