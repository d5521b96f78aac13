import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
