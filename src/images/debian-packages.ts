/** The Debian packages of an image, as dpkg wrote them down in it: the image is its own record. */

export interface DebianPackage {
  readonly name: string;
  /** The package that Debian built it from, by which it counts security holes: `glibc` of `libc6`. */
  readonly source: string;
  /** With Debian's own part: `1.22.1-9+deb12u3`. */
  readonly version: string;
  readonly architecture: string;
}

/** By name. @param status the content of /var/lib/dpkg/status; its form is that of deb-control(5). */
export function debianPackages(status: string): readonly DebianPackage[] {
  const installed = status.split(/\n\n+/).flatMap((stanza) => {
    const field = (key: string): string => new RegExp(`^${key}: *(.*)$`, "m").exec(stanza)?.[1] ?? "";
    if (!field("Status").endsWith(" installed")) return [];
    const name = field("Package");
    const source = field("Source").split(" ")[0] || name;
    return { name, source, version: field("Version"), architecture: field("Architecture") };
  });
  return installed.sort((one, other) => one.name.localeCompare(other.name, "en"));
}
