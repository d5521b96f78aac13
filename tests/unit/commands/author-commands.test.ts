import { cp, mkdir, readdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
  const real = world.project;
  world.project = join(world.home, "project");
  for (const image of ["debian-12", "nginx-1.22.1", "python-3.11"]) {
    const folder = join("images", image);
    await cp(join(real, folder), join(world.project, folder), { recursive: true });
  }
  await mkdir(join(world.project, "labs"), { recursive: true });
  await cp(join(real, "labs", "03-nginx-deployment"), join(world.project, "labs", "03-nginx-deployment"), {
    recursive: true,
  });
});
afterEach(() => world[Symbol.asyncDispose]());

test("a new lab is sound from the start, and comes after those that are there", async () => {
  const { exitCode, stdout } = await world.run("new", "lab", "spark");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("labs/04-spark\nNext: labctl lint");
  const folder = join(world.project, "labs", "04-spark");
  expect((await readdir(folder)).sort()).toEqual(["README.md", "cases", "checks", "lab.yaml", "solution"]);
  expect(await readdir(join(folder, "checks"))).toContain("welcomes.py");
  const text = await readFile(join(folder, "lab.yaml"), "utf8");
  expect(text).toMatch(/^# .*\$schema=..\/..\/schemas\/lab.schema.json\n/);
  expect(text).not.toContain("example");
  expect(await world.run("lint")).toMatchObject({ exitCode: 0, stdout: "2 labs, no problem found.\n" });
});

test("a new lab that nobody has worked on fails", async () => {
  await world.run("new", "lab", "spark", "--number", "17");
  await world.run("start", "spark");
  const { exitCode, stdout } = await world.run("check", "spark", "-o", "json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "failed",
    score: 0,
    exercises: [{ id: "first", findings: [{ object: "Deployment/web", reason: "not-found" }] }],
  });
});

test("an id that is taken, or is none, is refused", async () => {
  expect((await world.run("new", "lab", "nginx-deployment", "--number", "3")).stderr).toContain("already");
  expect((await world.run("new", "lab", "Spark", "--number", "3")).exitCode).toBe(2);
  expect((await world.run("new", "lab", "spark", "--number", "100")).stderr).toContain("100 is no number");
});

test("lint shows every problem with its place, those of solutions and of what starts a lab, too", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  await writeFile(join(folder, "solution", "steps.yaml"), "- apply: nothing.yaml\n- aply: typo.yaml\n");
  await mkdir(join(folder, "start"), { recursive: true });
  await writeFile(join(folder, "start", "steps.yaml"), "- apply: ../../../etc/passwd\n");
  await world.run("new", "lab", "broken", "--number", "4");
  await writeFile(
    join(world.project, "labs", "04-broken", "lab.yaml"),
    "apiVersion: labctl.dev/v1\nkind: Labb\n",
  );
  const { exitCode, stderr } = await world.run("lint");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/04-broken\/lab.yaml:2: kind/);
  expect(stderr).toContain("03-nginx-deployment/solution/steps.yaml:2");
  expect(stderr).toContain("03-nginx-deployment/start/steps.yaml: apply: ../../../etc/passwd is not a path");
});

test("lint shows every link, wherever it stands, with where it leads", async () => {
  const places = [
    "labs/03-nginx-deployment/solution/name",
    "charts/mine/templates/name.yaml",
    "images/nginx-1.22.1/name",
    "manifests/ingress",
    "tools/helm/go.mod",
  ];
  for (const place of places) {
    await mkdir(join(world.project, place, ".."), { recursive: true });
    await symlink("/etc/hostname", join(world.project, place));
  }
  const { exitCode, stderr } = await world.run("lint");
  expect(exitCode).toBe(2);
  for (const place of places)
    expect(stderr).toContain(`${place.replace("labs/", "")}: it is a link to "/etc/hostname"`);
});

test("lint names file and line of a recipe that would be more than words to a program", async () => {
  const recipe = `apiVersion: labctl.dev/v1
kind: Image
summary: Runs something as root
sources:
  - go: { module: ., packages: { evil: "-toolexec=/tmp/evil" }, to: bin }
`;
  await mkdir(join(world.project, "images", "evil"));
  await writeFile(join(world.project, "images", "evil", "image.yaml"), recipe);
  const { exitCode, stderr } = await world.run("lint");
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    "images/evil/image.yaml:5: sources.0.go.packages.evil: a package like ., ./cmd/kube or k8s.io/kubectl/cmd",
  );
});

test("lint reads charts and tools as they are read when they are used", async () => {
  const files = {
    "charts/mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: ../1.0.0\n",
    "tools/evil/tool.yaml":
      "apiVersion: labctl.dev/v1\nkind: Tool\nsummary: S\ngo: { module: ., package: -toolexec=a }\n",
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(world.project, file, ".."), { recursive: true });
    await writeFile(join(world.project, file), text);
  }
  const { exitCode, stderr } = await world.run("lint");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("charts/mine/Chart.yaml:3: version: one version of a chart, like 1.2.3");
  expect(stderr).toContain("tools/evil/tool.yaml:4: go.package: a package like");
});

test("a lab with a link in it is neither started nor shown", async () => {
  const readme = join(world.project, "labs", "03-nginx-deployment", "files");
  await mkdir(readme);
  await symlink("/etc/hostname", join(readme, "name"));
  for (const command of ["start", "show", "solve", "check", "verify"]) {
    const { exitCode, stderr } = await world.run(command, "nginx-deployment");
    expect([command, exitCode]).toEqual([command, 2]);
    expect(stderr).toContain("03-nginx-deployment/files/name: it is a link");
  }
  expect(world.kube.objects.size).toBe(0);
});

test.each([
  ["start/steps.yaml", "- kubectl: [delete, pods, --all, --kubeconfig=evil.yaml]\n", "its flags are"],
  ["start/steps.yaml", "- docker: [run, -v, '/:/host', image]\n", "its flags are"],
  ["start/steps.yaml", "- docker: [rm, --force, labctl-control-plane]\n", "is not this lab's"],
  ["start/steps.yaml", "- kubectl: [apply, --filename=lab.yaml]\n", "there is no file lab.yaml"],
  ["start/steps.yaml", "- kubectl: [apply, --filename=steps.yaml]\n", "an object needs apiVersion"],
  [
    "start/pod.yaml",
    "{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { hostPID: true } }\n",
    "hostPID",
  ],
  [
    "start/pod.yaml",
    "{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: default } }\n",
    "not this lab's",
  ],
])("what lint refuses in %s, neither start nor reset does: %s", async (file, text, why) => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  await mkdir(join(folder, "start"), { recursive: true });
  await writeFile(join(folder, file), text);
  for (const command of [["lint"], ["start", "nginx-deployment"], ["reset", "nginx-deployment"]]) {
    const { exitCode, stderr } = await world.run(...command);
    expect([command[0], exitCode]).toEqual([command[0], 2]);
    expect(stderr).toContain("03-nginx-deployment/start/");
    expect(stderr).toContain(why);
  }
  expect(world.kube.writes.filter((write) => / (Pod|Deployment) /.test(write))).toEqual([]);
  expect(world.exec.ran).toEqual([]);
});

test("what a lab's README has for a terminal to obey is not shown", async () => {
  const readme = join(world.project, "labs", "03-nginx-deployment", "README.md");
  await writeFile(readme, "# A \u001b]0;title\u0007 \u001b[31mred \u009b31m\u202e\n");
  const { exitCode, stdout } = await world.run("show", "nginx-deployment");
  expect(exitCode).toBe(0);
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
});

test("lint tells what is wrong with the marks of a text, with file and line, and what its solution lacks", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  const readme = join(folder, "README.md");
  const problems = async (text: string) => {
    await writeFile(readme, text);
    return (await world.run("lint")).stderr;
  };
  const gaps = "\n```yaml file=mine.yaml gaps\na: ___\n```\n";
  expect(await problems("# A\n\n```console run passes=nobody\nls\n```\n")).toContain(
    '03-nginx-deployment/README.md:3: passes: the lab has no exercise "nobody"',
  );
  expect(await problems(gaps)).toContain(
    "03-nginx-deployment/README.md:2: it has gaps, and solution/ has no file mine.yaml to fill them",
  );
  await writeFile(join(folder, "solution", "mine.yaml"), "a: 1\n");
  expect(await problems(gaps)).toBe("");
});

test("marks of a text are not shown", async () => {
  const readme = join(world.project, "labs", "03-nginx-deployment", "README.md");
  await writeFile(readme, "```console run passes=deploy\nls\n```\n\n```text output\na\n```\n");
  const { stdout } = await world.run("show", "nginx-deployment");
  expect(stdout).toBe("```console\nls\n```\n\n```text\na\n```\n");
});

test("a file that is more than anybody writes is not read", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  for (const file of ["lab.yaml", "README.md"]) await truncate(join(folder, file), 5 * 2 ** 20);
  for (const command of ["lint", "show"]) {
    const { exitCode, stderr } = await world.run(
      ...(command === "lint" ? ["lint"] : ["show", "nginx-deployment"]),
    );
    expect([command, exitCode]).toEqual([command, 2]);
    expect(stderr).toContain("03-nginx-deployment/lab.yaml: it is larger than the 4 MiB that labctl reads");
  }
});

test("a manifest whose aliases have no end is refused", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment", "start");
  await mkdir(folder, { recursive: true });
  const lines = Array.from({ length: 9 }, (_, at) => {
    return `a${String(at + 1)}: &a${String(at + 1)} [${Array(9)
      .fill(`*a${String(at)}`)
      .join(", ")}]\n`;
  });
  const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
  for (const aliases of [`a0: &a0 [x]\n${lines.join("")}`, "a: &a [*a]\n"]) {
    await writeFile(join(folder, "a.yaml"), object + aliases);
    const { exitCode, stderr } = await world.run("lint");
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining("start/a.yaml: its aliases make more of it"),
    ]);
  }
});

test("a folder in the place of a file is a problem of the lab, and no bug of labctl", async () => {
  const folder = join(world.project, "labs", "03-nginx-deployment");
  await mkdir(join(folder, "start", "a.yaml"), { recursive: true });
  const { exitCode, stderr } = await world.run("lint");
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining("start/a.yaml: it cannot be read: Error: EISDIR"),
  ]);
});

test.each([
  ["containers: [labctl-registry]", "reset.containers.0: a container's name, which is none of labctl's"],
  ["images: [docker.io/library/postgres]", "reset.images.0: a repository without a registry and a tag"],
  ["images: [labctl/node]", "reset.images.0: a repository without a registry and a tag"],
  ["images: [nginx]", "reset.images: nginx is one of labctl's images"],
])("a lab's reset removes nothing that is not the lab's: %s", async (reset, why) => {
  const file = join(world.project, "labs", "03-nginx-deployment", "lab.yaml");
  await writeFile(file, `${await readFile(file, "utf8")}\nreset: { ${reset} }\n`);
  const { exitCode, stderr } = await world.run("lint");
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
});

test("one broken lab does not keep the others from working", async () => {
  await world.run("new", "lab", "broken", "--number", "4");
  const file = join(world.project, "labs", "04-broken", "lab.yaml");
  await truncate(file, 5 * 2 ** 20);
  expect((await world.run("show", "nginx-deployment")).exitCode).toBe(0);
  await writeFile(file, "kind: Lab\n");
  expect((await world.run("show", "nginx-deployment")).exitCode).toBe(0);
  expect((await world.run("show", "broken")).exitCode).toBe(2);
});
