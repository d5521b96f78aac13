import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import tar from "tar-stream";
import { describe, expect, it } from "vitest";
import { buildContext } from "../../../src/images/docker-build-context.ts";
import { projectFolder } from "../../support/project-folder.ts";

const files = {
  "recipe/Dockerfile": "FROM scratch\n",
  "recipe/files/start": "#!/bin/sh\n",
  "cache/a.deb": "deb",
};

async function namesIn(archive: Buffer): Promise<readonly string[]> {
  const extract = tar.extract();
  extract.end(archive);
  const names: string[] = [];
  for await (const entry of extract) {
    const { name, type, mode, linkname } = entry.header;
    names.push(`${type} ${mode.toString(8)} ${name}${linkname ? ` -> ${linkname}` : ""}`);
    entry.resume();
  }
  return names;
}

describe("buildContext", () => {
  it("puts folders and files in their places, with modes of its own", async () => {
    await using project = await projectFolder(files);
    await chmod(join(project.path, "recipe/files/start"), 0o700);
    await symlink("start", join(project.path, "recipe/files/begin"));
    const entries = [
      { from: join(project.path, "recipe"), to: "." },
      { from: join(project.path, "cache/a.deb"), to: "debs/a.deb" },
    ];
    expect(await namesIn(await buffer(buildContext(entries)))).toEqual([
      "file 644 Dockerfile",
      "directory 755 files",
      "symlink 644 files/begin -> start",
      "file 755 files/start",
      "file 644 debs/a.deb",
    ]);
  });

  it("is byte for byte the same for the same content made at another time", async () => {
    await using first = await projectFolder(files);
    await using second = await projectFolder(files);
    const [one, other] = [first, second].map(({ path }) => buffer(buildContext([{ from: path, to: "." }])));
    expect((await one)?.equals((await other) ?? Buffer.of())).toBe(true);
  });

  it("ends with an error when a file is not there", async () => {
    await expect(buffer(buildContext([{ from: "/nowhere/at/all", to: "x" }]))).rejects.toThrow("ENOENT");
  });
});
