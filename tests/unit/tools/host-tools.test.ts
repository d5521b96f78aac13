import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LabDefinitionError, UsageError } from "../../../src/errors.ts";
import { ensureTools, type HostToolsParts } from "../../../src/tools/host-tools.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeExec } from "../../support/fake-exec.ts";
import { projectFolder } from "../../support/project-folder.ts";
import { RecordingProgress } from "../../support/recording-progress.ts";

const toolYaml = `apiVersion: labctl.dev/v1
kind: Tool
summary: A tool
go: { module: ".", package: sigs.k8s.io/kind }
`;

const files = { "tools/kind/tool.yaml": toolYaml, "tools/kind/go.mod": "module example.com/kind\n" };

function parts(project: string, exec: FakeExec): HostToolsParts {
  const places = { home: join(project, "home"), project, labs: project, labFiles: project };
  return { exec, places, clock: new FakeClock(), env: {}, freeBytes: async () => 20 * 1024 ** 3 };
}

function fakeGo(): FakeExec {
  return new FakeExec((command) => {
    const output = command[command.indexOf("-o") + 1] ?? "";
    if (command[1] === "build") mkdirSync(output, { recursive: true });
    if (command[1] === "build") writeFileSync(join(output, "kind"), "program");
    return {};
  });
}

describe("ensureTools", () => {
  it("compiles a tool once and links it into bin", async () => {
    await using project = await projectFolder(files);
    const progress = new RecordingProgress();
    const exec = fakeGo();
    await ensureTools(["kind"], parts(project.path, exec), progress);
    expect(await readFile(join(project.path, "home/bin/kind"), "utf8")).toBe("program");
    const said = progress.said.length;
    await ensureTools(["kind"], parts(project.path, exec), progress);
    expect(progress.said).toHaveLength(said);
    expect(exec.ran).toHaveLength(2);
  });

  it.each([
    ["package", toolYaml.replace("sigs.k8s.io/kind", "-toolexec=/tmp/evil")],
    ["module", toolYaml.replace('"."', "../../images/../..")],
    ["module", toolYaml.replace('"."', "/root")],
    ["ldflags", toolYaml.replace("kind }", "kind, ldflags: -extld=/tmp/evil }")],
  ])("runs nothing for a tool whose %s would be more than a word", async (key, text) => {
    await using project = await projectFolder({ ...files, "tools/kind/tool.yaml": text });
    const exec = fakeGo();
    const ensured = ensureTools(["kind"], parts(project.path, exec), new RecordingProgress());
    await expect(ensured).rejects.toMatchObject({
      problems: [
        {
          file: "tools/kind/tool.yaml",
          line: 4,
          message: expect.stringMatching(new RegExp(`^go.${key}: .* like `)) as string,
        },
      ],
    });
    expect(exec.ran).toEqual([]);
  });

  it("compiles nothing of a tool with links in it, nor of one whose module has some", async () => {
    const shared = { "tools/kubectl/tool.yaml": toolYaml.replace('"."', "../../images/kubernetes") };
    await using project = await projectFolder({
      ...files,
      ...shared,
      "images/kubernetes/go.mod": "module x\n",
    });
    symlinkSync("/etc/hostname", join(project.path, "tools/kind/name.go"));
    symlinkSync("/etc/hostname", join(project.path, "images/kubernetes/name.go"));
    const exec = fakeGo();
    const progress = new RecordingProgress();
    for (const [tool, file] of [
      ["kind", "tools/kind/name.go"],
      ["kubectl", "images/kubernetes/name.go"],
    ] as const)
      await expect(ensureTools([tool], parts(project.path, exec), progress)).rejects.toMatchObject({
        problems: [{ file, message: expect.stringContaining("it is a link to") as string }],
      });
    expect(exec.ran).toEqual([]);
  });

  it("follows the cache when a tool's pins change", async () => {
    await using project = await projectFolder(files);
    const exec = fakeGo();
    await ensureTools(["kind"], parts(project.path, exec), new RecordingProgress());
    const before = await readlink(join(project.path, "home/bin/kind"));
    writeFileSync(join(project.path, "tools/kind/go.mod"), "module example.com/kind\n// newer\n");
    await ensureTools(["kind"], parts(project.path, exec), new RecordingProgress());
    expect(await readlink(join(project.path, "home/bin/kind"))).not.toBe(before);
  });

  it("refuses a name that it does not know, and a file that is not right", async () => {
    await using project = await projectFolder({
      "tools/kind/tool.yaml": toolYaml.replace("summary", "sumary"),
    });
    const ensure = (name: string): Promise<void> =>
      ensureTools([name], parts(project.path, fakeGo()), new RecordingProgress());
    await expect(ensure("kimd")).rejects.toBeInstanceOf(UsageError);
    await expect(ensure("kind")).rejects.toBeInstanceOf(LabDefinitionError);
  });
});
