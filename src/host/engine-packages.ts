import type { Exec } from "../exec/exec.ts";
import { EnvironmentError } from "../errors.ts";

/** A program and the Debian package that brings it, by the same names on Ubuntu. */
const packages: readonly (readonly [program: string, name: string])[] = [
  ["dockerd", "docker.io"],
  ["docker", "docker.io"],
  ["ip", "iproute2"],
  ["iptables", "iptables"],
  ["nft", "nftables"],
  ["nsenter", "util-linux"],
  ["socat", "socat"],
  ["ss", "iproute2"],
];

/** Names of the packages that the private engine still needs. */
export async function missingEnginePackages(exec: Exec): Promise<readonly string[]> {
  const found = await Promise.all(packages.map(([program]) => findProgram(program, exec)));
  return [...new Set(packages.filter((_, index) => found[index] === undefined).map(([, name]) => name))];
}

/**
 * Installs packages without letting them start or enable a service: the host's own Docker stays as it was, off.
 * @throws EnvironmentError when apt is missing, cannot be reached, or nobody here may install.
 */
export async function installEnginePackages(
  names: readonly string[],
  exec: Exec,
  onLine: (line: string) => void,
): Promise<void> {
  const hint = `Install them yourself (sudo apt-get install ${names.join(" ")}), then run: labctl up`;
  if ((await exec.which("apt-get")) === undefined) {
    throw new EnvironmentError({
      message: "No container engine was found, and there is no apt to install one with.",
      lastSeen: `missing: ${names.join(", ")}`,
      hint: "Install Docker (https://docs.docker.com/engine/install/), then run: labctl up",
    });
  }
  const run = (script: string) =>
    exec.run(["sh", "-ec", script, "sh", ...names], { root: true, onLine, hint });
  await run(`${patiently}patiently dpkg --configure -a\npatiently apt-get -q update`);
  await run(patiently + installScript);
}

/** Waits up to five minutes while another apt (a nightly upgrade) has its lock; any other failure ends it at once. */
const patiently = `
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
exec 3>&1
patiently() {
  tries=0
  until said=$("$@" 2>&1 >&3); do
    tries=$((tries + 1))
    case $said in *lock*) [ $tries -lt 60 ] ;; *) false ;; esac || { printf '%s\\n' "$said" >&2; exit 100; }
    echo "waiting for another apt to end"
    sleep 5
  done
}
`;

/**
 * policy-rc.d with exit code 101 keeps maintainer scripts from starting services (Debian policy 9.3.3); the one that
 * labctl puts there names labctl, so that one left behind by a killed run is known and removed. The services are
 * enabled for the next boot all the same, hence `systemctl disable`.
 */
const installScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ] || grep -q labctl $policy; then
  printf '#!/bin/sh\\n# labctl: no service is started while it installs its engine\\nexit 101\\n' > $policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
case " $* " in *" docker.io "*)
  # The client is a package of its own since Debian 13.
  ! apt-cache show docker-cli > /dev/null 2>&1 || set -- "$@" docker-cli ;;
esac
patiently apt-get -q install -y --no-install-recommends "$@"
case " $* " in *" docker.io "*)
  ! command -v systemctl > /dev/null || systemctl disable docker.service docker.socket containerd.service || true ;;
esac
`;

/** Daemons live in sbin, which is not on everyone's PATH. */
async function findProgram(program: string, exec: Exec): Promise<string | undefined> {
  for (const place of [program, `/usr/sbin/${program}`, `/sbin/${program}`]) {
    const path = await exec.which(place);
    if (path !== undefined) return path;
  }
  return undefined;
}
