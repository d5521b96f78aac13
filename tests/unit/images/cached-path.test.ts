import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedPath, renewedPath } from "../../../src/images/cached-path.ts";
import { projectFolder } from "../../support/project-folder.ts";

describe("cachedPath", () => {
  it("makes a thing once", async () => {
    await using project = await projectFolder({});
    const path = join(project.path, "cache", "thing");
    let made = 0;
    const make = async (temporary: string): Promise<void> => {
      made += 1;
      await writeFile(temporary, "content");
    };
    expect(await cachedPath(path, make)).toBe(path);
    expect(await cachedPath(path, make)).toBe(path);
    expect(made).toBe(1);
    expect(await readFile(path, "utf8")).toBe("content");
  });

  it("leaves nothing when making it fails", async () => {
    await using project = await projectFolder({});
    const path = join(project.path, "thing");
    const promise = cachedPath(path, async (temporary) => {
      await writeFile(temporary, "half");
      throw new Error("the network is gone");
    });
    await expect(promise).rejects.toThrow("the network is gone");
    expect(await readdir(project.path)).toEqual([]);
  });

  it("clears away what a killed run left", async () => {
    await using project = await projectFolder({ "thing.partial/half": "half" });
    const path = join(project.path, "thing");
    await cachedPath(path, (temporary) => mkdir(temporary));
    expect(await readdir(path)).toEqual([]);
    expect(await readdir(project.path)).toEqual(["thing"]);
  });
});

describe("renewedPath", () => {
  it("takes the place of a folder that is there", async () => {
    await using project = await projectFolder({ "thing/old": "old" });
    const path = join(project.path, "thing");
    await renewedPath(path, async (temporary) => {
      await mkdir(temporary);
      await writeFile(join(temporary, "new"), "new");
    });
    expect(await readdir(path)).toEqual(["new"]);
  });

  it("leaves what is there when making it fails", async () => {
    await using project = await projectFolder({ "thing/old": "old" });
    const path = join(project.path, "thing");
    await expect(renewedPath(path, () => Promise.reject(new Error("offline")))).rejects.toThrow("offline");
    expect(await readdir(path)).toEqual(["old"]);
  });
});
