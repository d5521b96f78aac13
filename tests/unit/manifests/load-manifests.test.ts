import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LabDefinitionError } from "../../../src/errors.ts";
import { loadManifest, loadManifests } from "../../../src/manifests/load-manifests.ts";
import { projectFolder } from "../../support/project-folder.ts";

const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n";

it("reads a folder's objects by the names of their files, and none where there is no folder", async () => {
  const other = pod.replace("web", "first");
  await using project = await projectFolder({ "lab/start/b.yaml": pod, "lab/start/a.yml": other });
  const objects = await loadManifests(join(project.path, "lab/start"));
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(["first", "web"]);
  expect(await loadManifests(join(project.path, "lab/gone"))).toEqual([]);
});

it("follows no link, neither of a folder nor in one", async () => {
  await using project = await projectFolder({ "elsewhere/pod.yaml": pod, "lab/start/a.yaml": pod });
  const link = join(project.path, "lab/start/b.yaml");
  await symlink(join(project.path, "elsewhere/pod.yaml"), link);
  await symlink(join(project.path, "elsewhere"), join(project.path, "lab/other"));
  await expect(loadManifest(link)).rejects.toThrow(LabDefinitionError);
  await expect(loadManifests(join(project.path, "lab/start"))).rejects.toMatchObject({
    problems: [{ file: "lab/start/b.yaml", message: expect.stringContaining("it is a link to") as string }],
  });
  await expect(loadManifests(join(project.path, "lab/other"))).rejects.toThrow(LabDefinitionError);
});
