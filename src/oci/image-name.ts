const defaultRegistry = "docker.io";

/** The name of an image, taken apart the way Docker does it. A value: never changed, compared by its text. */
export class ImageName {
  /** `localhost:5001`, `registry.k8s.io`; `docker.io` where the text names none. */
  readonly registry: string;
  /** `library/nginx` for Docker Hub's `nginx`; without registry, tag and digest. */
  readonly path: string;
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;

  private constructor(parts: Pick<ImageName, "registry" | "path" | "tag" | "digest">) {
    this.registry = parts.registry;
    this.path = parts.path;
    this.tag = parts.tag;
    this.digest = parts.digest;
  }

  /** Takes any text that Docker takes: `nginx:1.22.1`, `localhost:5001/nginx`, `kindest/node:v1@sha256:…`. */
  static parse(text: string): ImageName {
    const [withoutDigest = "", digest] = text.split("@");
    const slash = withoutDigest.lastIndexOf("/");
    const colon = withoutDigest.indexOf(":", slash + 1);
    const name = colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
    const tag = colon === -1 ? undefined : withoutDigest.slice(colon + 1);
    const first = name.split("/")[0] ?? "";
    const hasRegistry = name.includes("/") && (/[.:]/.test(first) || first === "localhost");
    const registry = hasRegistry ? first : defaultRegistry;
    const rest = hasRegistry ? name.slice(first.length + 1) : name;
    const path = registry === defaultRegistry && !rest.includes("/") ? `library/${rest}` : rest;
    return new ImageName({ registry, path, tag, digest });
  }

  /** As the engine lists it, without tag and digest: `nginx`, `registry.k8s.io/pause`. */
  get repository(): string {
    if (this.registry !== defaultRegistry) return `${this.registry}/${this.path}`;
    return this.path.replace(/^library\//, "");
  }

  /** As the engine lists a tag: `nginx:1.22.1`. */
  get listed(): string {
    return `${this.repository}:${this.tag ?? "latest"}`;
  }
}
