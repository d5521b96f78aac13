import { mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { LabDefinitionError } from "../../../src/errors.ts";
import { readProgramFiles } from "../../../src/programs/program-files.ts";

it("sends what programs need and what is for their tests not", async () => {
  await using lab = await mkdtempDisposable(join(tmpdir(), "labctl-lab-"));
  const files = [
    ...["checks/ask.py", "checks/data/a.csv", "checks/contest.py"],
    ...["checks/ask_test.py", "checks/conftest.py", "checks/deep/conftest.py", "checks/__pycache__/ask.pyc"],
  ];
  for (const file of files) {
    await mkdir(join(lab.path, dirname(file)), { recursive: true });
    await writeFile(join(lab.path, file), "");
  }
  const sent = await readProgramFiles(lab.path);
  expect(sent.map(({ path }) => path)).toEqual([
    ...["checks/ask.py", "checks/contest.py", "checks/data/a.csv"],
    "labctl/labctl.py",
  ]);
});

it("sends no file that a link leads to", async () => {
  await using lab = await mkdtempDisposable(join(tmpdir(), "labctl-lab-"));
  await mkdir(join(lab.path, "checks"));
  await symlink("/etc/hostname", join(lab.path, "checks", "name.txt"));
  await expect(readProgramFiles(lab.path)).rejects.toThrow(LabDefinitionError);
  await mkdir(join(lab.path, "other"));
  await symlink(join(lab.path, "other"), join(lab.path, "other", "checks"));
  await expect(readProgramFiles(join(lab.path, "other"))).rejects.toThrow(LabDefinitionError);
});
