import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError, LabDefinitionError } from "../../../src/errors.ts";
import { createCliHelm } from "../../../src/helm/cli-helm.ts";
import { FakeExec } from "../../support/fake-exec.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "labctl-home-"));
  write(join(home, "bin", "helm"), "");
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const chart = {
  "mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: 0.1.0\n",
  "mine/values.yaml": "replicas: 1\n",
  "mine/templates/b.yaml": "b",
  "mine/templates/more/a.yaml": "a",
};

/** A helm that pulls that chart and lints with these words. */
function helmWith(lint = { exitCode: 0, stdout: "" }, files: Readonly<Record<string, string>> = chart) {
  const exec = new FakeExec((command) => {
    if (command[1] === "lint") return lint;
    const folder = command.at(-1) ?? "";
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    return {};
  });
  return { exec, helm: createCliHelm({ exec, home, signal: new AbortController().signal }) };
}

describe("createCliHelm", () => {
  it("pulls, unpacks and lints, with settings of its own", async () => {
    const { exec, helm } = helmWith();
    expect(await helm.inspect("oci://localhost:5001/charts/mine", "0.1.0")).toEqual({
      name: "mine",
      version: "0.1.0",
      values: { replicas: 1 },
      templates: [
        { name: "templates/b.yaml", text: "b" },
        { name: "templates/more/a.yaml", text: "a" },
      ],
      complaints: [],
    });
    expect(exec.ran[0]).toContain(
      "pull oci://localhost:5001/charts/mine --plain-http --version 0.1.0 --untar",
    );
    expect(exec.options[0]?.env).toMatchObject({ HELM_CONFIG_HOME: join(home, "helm", "config") });
  });

  it("hands out what the linter complains about, and takes a chart without values and templates", async () => {
    const stdout =
      "==> Linting mine\n[INFO] Chart.yaml: icon is recommended\n[WARNING] templates/: not found\n";
    const { helm } = helmWith({ exitCode: 1, stdout }, { "mine/Chart.yaml": chart["mine/Chart.yaml"] });
    expect(await helm.inspect("oci://localhost:5001/charts/mine", "0.1.0")).toMatchObject({
      complaints: ["[WARNING] templates/: not found"],
      templates: [],
      values: {},
    });
  });

  describe("pulls a published chart", () => {
    const published = { name: "dask", repo: "https://charts.test", version: "1.0.0" };
    const sha256 = createHash("sha256").update("packed").digest("hex");

    /** A site with one archive, and a tar that unpacks a chart from it. */
    function site() {
      const exec = new FakeExec((command) => {
        const into = command.at(-1) ?? "";
        if (command[0] === "tar") write(join(into, "dask", "Chart.yaml"), "name: dask\n");
        else writeFileSync(join(into, "dask-1.0.0.tgz"), "packed");
        return {};
      });
      return { exec, helm: createCliHelm({ exec, home, signal: new AbortController().signal }) };
    }

    it("of one version into a folder, unpacked, and tells its digest", async () => {
      const { exec, helm } = site();
      const into = join(home, "into");
      expect(await helm.pull(published, into)).toBe(sha256);
      expect(existsSync(join(into, "dask", "Chart.yaml"))).toBe(true);
      expect(exec.ran[0]).toContain("pull dask --repo https://charts.test --version 1.0.0 --destination ");
    });

    it("of one digest alone, and unpacks no other", async () => {
      const { exec, helm } = site();
      expect(await helm.pull({ ...published, sha256 }, join(home, "into"))).toBe(sha256);
      const other = helm.pull({ ...published, sha256: "0".repeat(64) }, join(home, "other"));
      await expect(other).rejects.toMatchObject({
        message: "The published chart dask 1.0.0 of https://charts.test is another one than labctl knows.",
        lastSeen: `its archive has the sha256 ${sha256}; known is ${"0".repeat(64)}`,
        hint: "Take labctl's own charts in their place: labctl up --charts own",
      });
      expect(exec.ran.filter((line) => line.startsWith("tar"))).toHaveLength(1);
      expect(existsSync(join(home, "other"))).toBe(false);
    });

    it("without links in it", async () => {
      const { exec, helm } = site();
      const answer = exec.answer;
      exec.answer = (command, options) => {
        const result = answer(command, options);
        if (command[0] === "tar") symlinkSync("/etc/hostname", join(command.at(-1) ?? "", "dask", "name"));
        return result;
      };
      await expect(helm.pull(published, join(home, "into"))).rejects.toThrow(LabDefinitionError);
    });
  });

  it("says in Helm's words why a published chart is not to be had, and what else there is", async () => {
    const exec = new FakeExec(() => ({ exitCode: 1, stderr: "Error: no such host" }));
    const helm = createCliHelm({ exec, home, signal: new AbortController().signal });
    const chart = { name: "dask", repo: "https://charts.test", version: "1.0.0" };
    await expect(helm.pull(chart, "/into")).rejects.toMatchObject({
      message: "The published chart dask 1.0.0 could not be had from https://charts.test.",
      lastSeen: "Error: no such host",
      hint: "Take labctl's own charts in their place: labctl up --charts own",
    });
  });

  it("packs a chart and pushes it, and leaves nothing on this machine", async () => {
    const exec = new FakeExec();
    const helm = createCliHelm({ exec, home, signal: new AbortController().signal });
    const chart = { folder: "/charts/mine", name: "mine", version: "0.1.0" };
    await helm.publish(chart, "oci://localhost:5001/charts");
    const [, packed = ""] = /--destination (.+)$/.exec(exec.ran[0] ?? "") ?? [];
    expect(exec.ran.map((line) => line.slice(line.indexOf("helm ") + 5))).toEqual([
      `package /charts/mine --destination ${packed}`,
      `push ${packed}/mine-0.1.0.tgz oci://localhost:5001/charts --plain-http`,
    ]);
    expect(existsSync(packed)).toBe(false);
  });

  it("packs no chart with a link in it: Helm would pack what it leads to", async () => {
    const exec = new FakeExec();
    const helm = createCliHelm({ exec, home, signal: new AbortController().signal });
    const folder = join(home, "mine");
    write(join(folder, "Chart.yaml"), chart["mine/Chart.yaml"]);
    symlinkSync("/etc/hostname", join(folder, "name"));
    const published = helm.publish({ folder, name: "mine", version: "0.1.0" }, "oci://localhost:5001/charts");
    await expect(published).rejects.toThrow(LabDefinitionError);
    expect(exec.ran).toEqual([]);
  });

  it("says what to do where helm was not built", async () => {
    rmSync(join(home, "bin", "helm"));
    const looked = helmWith().helm.inspect("oci://localhost:5001/charts/mine", "0.1.0");
    await expect(looked).rejects.toThrow(EnvironmentError);
  });
});
