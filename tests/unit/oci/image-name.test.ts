import { describe, expect, it } from "vitest";
import { ImageName } from "../../../src/oci/image-name.ts";

describe("ImageName", () => {
  it.each([
    ["nginx", "docker.io", "library/nginx", undefined, "nginx:latest"],
    ["docker.io/library/nginx:1.22.1", "docker.io", "library/nginx", "1.22.1", "nginx:1.22.1"],
    ["kindest/node:v1.36.3", "docker.io", "kindest/node", "v1.36.3", "kindest/node:v1.36.3"],
    ["localhost:5001/nginx", "localhost:5001", "nginx", undefined, "localhost:5001/nginx:latest"],
    ["registry.k8s.io/pause:3.10.2", "registry.k8s.io", "pause", "3.10.2", "registry.k8s.io/pause:3.10.2"],
  ])("takes %s apart", (text, registry, path, tag, listed) => {
    const name = ImageName.parse(text);
    expect(name).toMatchObject({ registry, path, tag, listed });
  });

  it("keeps a digest beside the tag", () => {
    const name = ImageName.parse("kindest/node:v1@sha256:abc");
    expect(name).toMatchObject({ path: "kindest/node", tag: "v1", digest: "sha256:abc" });
  });
});
