import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LabDefinitionError } from "../../src/errors.ts";
import { findNotPlain, requirePlain } from "../../src/plain-files.ts";
import { projectFolder } from "../support/project-folder.ts";

describe("findNotPlain", () => {
  it("names links, pipes and sockets, however deep, with where a link leads", async () => {
    await using project = await projectFolder({ "lab/files/a/app.py": "", "lab/lab.yaml": "" });
    const folder = join(project.path, "lab");
    await symlink("/etc/hostname", join(folder, "files", "a", "name"));
    await symlink("..", join(folder, "files", "up"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(await findNotPlain(folder, "01-lab")).toEqual([
      { file: "01-lab/files/a/name", message: 'it is a link to "/etc/hostname": put the file itself there' },
      { file: "01-lab/files/up", message: 'it is a link to "..": put the file itself there' },
      { file: "01-lab/pipe", message: "it is a named pipe: only files and folders may be here" },
    ]);
  });

  it("looks at the folder itself, and follows nothing", async () => {
    await using project = await projectFolder({ "there/lab.yaml": "" });
    await symlink("there", join(project.path, "lab"));
    expect(await findNotPlain(join(project.path, "lab"), "lab")).toEqual([
      { file: "lab", message: 'it is a link to "there": put the file itself there' },
    ]);
  });

  it("finds nothing in plain folders, in a file, and where nothing is", async () => {
    await using project = await projectFolder({ "lab/files/app.py": "" });
    expect(await findNotPlain(project.path, "lab")).toEqual([]);
    expect(await findNotPlain(join(project.path, "lab/files/app.py"), "app.py")).toEqual([]);
    expect(await findNotPlain(join(project.path, "gone"), "gone")).toEqual([]);
  });

  it("passes over what modules were installed into, but not over a link of that name", async () => {
    await using project = await projectFolder({ "images/a/node_modules/b/c": "", "images/d/e": "" });
    await symlink("b/c", join(project.path, "images/a/node_modules/c"));
    expect(await findNotPlain(join(project.path, "images"), "images", ["node_modules"])).toEqual([]);
    await symlink("/etc", join(project.path, "images/d/node_modules"));
    const found = await findNotPlain(join(project.path, "images"), "images", ["node_modules"]);
    expect(found.map(({ file }) => file)).toEqual(["images/d/node_modules"]);
  });

  it("writes no control sequences of a name", async () => {
    await using project = await projectFolder({});
    await mkdir(join(project.path, "files"));
    await symlink("\u001b[2Jaway", join(project.path, "files", "\u001b[2J"));
    expect(await findNotPlain(project.path, "lab")).toEqual([
      { file: "lab/files/?[2J", message: 'it is a link to "\\u001b[2Jaway": put the file itself there' },
    ]);
  });
});

describe("requirePlain", () => {
  it("throws all of it at once", async () => {
    await using project = await projectFolder({});
    await symlink("/etc", join(project.path, "a"));
    await symlink("/etc", join(project.path, "b"));
    const error = await requirePlain(project.path, "lab").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabDefinitionError);
    expect((error as LabDefinitionError).problems.map(({ file }) => file)).toEqual(["lab/a", "lab/b"]);
    await expect(requirePlain(join(project.path, "gone"), "gone")).resolves.toBeUndefined();
  });
});
