import { execFileSync } from "node:child_process";
import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError, LabDefinitionError } from "../../../src/errors.ts";
import { laidOutFolder, layOutFiles } from "../../../src/session/lay-out-files.ts";
import { createWorkFolder } from "../../../src/session/work-folder.ts";
import { labWith } from "../../support/lab-run.ts";

let root: string;
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "labctl-files-"));
  await write("labs/01-demo/files/app.py", "given");
  await write("labs/01-demo/files/pages/index.html", "page");
  await write("labs/01-demo/solution/Dockerfile", "FROM scratch");
});
afterEach(() => rm(root, { recursive: true }));

const lab = () => labWith({ id: "demo", folder: join(root, "labs/01-demo") });
const layOut = (force = false) =>
  layOutFiles(lab(), { places: { labFiles: root, project: "/labctl" }, force });

describe("a lab's files", () => {
  it("are laid out in the lab's own folder of the student", async () => {
    expect(await layOut()).toEqual({ folder: join(root, "demo"), overwritten: [] });
    expect(await read("demo/pages/index.html")).toBe("page");
    expect(await laidOutFolder(lab(), root)).toBe(join(root, "demo"));
  });

  it("are never written over, unless by force, which says what it wrote over", async () => {
    await layOut();
    await write("demo/app.py", "mine");
    await write("demo/Dockerfile", "FROM mine");
    expect(await layOut()).toMatchObject({ overwritten: [] });
    expect(await read("demo/app.py")).toBe("mine");
    expect(await layOut(true)).toMatchObject({ overwritten: ["app.py"] });
    expect(await read("demo/app.py")).toBe("given");
    expect(await read("demo/Dockerfile")).toBe("FROM mine");
  });

  it("are none where the lab has none", async () => {
    const without = labWith({ id: "demo", folder: join(root, "labs") });
    expect(
      await layOutFiles(without, { places: { labFiles: root, project: "/labctl" }, force: false }),
    ).toBeUndefined();
    expect(await laidOutFolder(without, root)).toBeUndefined();
  });
});

describe("what stands in the way of a lab's files", () => {
  const refused = async (force: boolean): Promise<EnvironmentError> => {
    const error = await layOut(force).catch((thrown: unknown) => thrown);
    if (!(error instanceof EnvironmentError)) throw new Error(`not refused: ${String(error)}`);
    return error;
  };

  it("is a link: it is not written through, and nothing is written at all", async () => {
    await write("own/notes", "mine");
    await mkdir(join(root, "demo"));
    await symlink(join(root, "own", "nothing-yet"), join(root, "demo", "app.py"));
    await symlink(join(root, "own"), join(root, "demo", "pages"));
    const { message, lastSeen, hint } = await refused(false);
    expect(message).toBe(
      "The files of lab demo are not laid out: none is written through a link, or over what is no file.",
    );
    expect(lastSeen).toBe(
      [
        `${join(root, "demo/app.py")} is a link to "${join(root, "own/nothing-yet")}"`,
        `${join(root, "demo/pages")} is a link to "${join(root, "own")}"`,
      ].join("\n"),
    );
    expect(hint).toBe("Move that out of the way, then run: labctl start demo");
    await expect(lstat(join(root, "own", "nothing-yet"))).rejects.toThrow("ENOENT");
    await expect(lstat(join(root, "own", "index.html"))).rejects.toThrow("ENOENT");
  });

  it("is a link to a file that is there: it stays as the student has it, and nothing is forced upon it", async () => {
    await write("own/app.py", "mine");
    await mkdir(join(root, "demo"));
    await symlink(join(root, "own/app.py"), join(root, "demo/app.py"));
    expect(await layOut()).toMatchObject({ overwritten: [] });
    expect(await read("demo/pages/index.html")).toBe("page");
    expect((await refused(true)).lastSeen).toContain("demo/app.py is a link to");
    expect(await read("own/app.py")).toBe("mine");
  });

  it("is the lab's folder itself, a link to another place", async () => {
    await mkdir(join(root, "own"));
    await symlink("own", join(root, "demo"));
    expect((await refused(false)).lastSeen).toBe(`${join(root, "demo")} is a link to "own"`);
  });

  it("is a folder in place of a file, a file in place of a folder, or a pipe that nobody writes to", async () => {
    await write("demo/app.py/x", "");
    await write("demo/pages", "");
    const { lastSeen } = await refused(true);
    expect(lastSeen).toContain(`${join(root, "demo/app.py")} is a folder`);
    expect(lastSeen).toContain(`${join(root, "demo/pages")} is a file`);
    await rm(join(root, "demo/app.py"), { recursive: true });
    execFileSync("mkfifo", [join(root, "demo/app.py")]);
    expect((await refused(true)).lastSeen).toContain("is a named pipe");
  });
});

describe("links in a lab's own files", () => {
  it("are neither laid out nor copied into a work folder", async () => {
    await symlink("/etc", join(root, "labs/01-demo/files/out"));
    await expect(layOut()).rejects.toThrow(LabDefinitionError);
    await expect(createWorkFolder(lab(), join(root, "labs/01-demo/solution"))).rejects.toThrow(
      LabDefinitionError,
    );
  });

  it("are not copied from a solution or a case either", async () => {
    const solution = join(root, "labs/01-demo/solution");
    await symlink("/etc/hostname", join(solution, "name"));
    await expect(createWorkFolder(lab(), solution)).rejects.toMatchObject({
      problems: [{ file: "01-demo/solution/name" }],
    });
  });
});

describe("a work folder", () => {
  it("has the lab's files and the solution's own, and is gone afterwards", async () => {
    const work = await createWorkFolder(lab(), join(root, "labs/01-demo/solution"));
    expect(await readFile(join(work.path, "app.py"), "utf8")).toBe("given");
    expect(await readFile(join(work.path, "Dockerfile"), "utf8")).toBe("FROM scratch");
    await work[Symbol.asyncDispose]();
    await expect(readFile(join(work.path, "app.py"))).rejects.toThrow("ENOENT");
  });
});

it("never puts files into labctl's own folder", async () => {
  const places = { labFiles: join(root, "checkout", "labs"), project: join(root, "checkout") };
  await expect(layOutFiles(lab(), { places, force: true })).rejects.toThrow(
    "A lab's files are not put into labctl's own folder.",
  );
  const beside = { labFiles: join(root, "checkout-labs"), project: join(root, "checkout") };
  expect(await layOutFiles(lab(), { places: beside, force: false })).toBeDefined();
});
