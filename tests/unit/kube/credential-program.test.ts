import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { openApiKube } from "../../../src/kube/api-kube.ts";
import { kubeconfigFor } from "../../support/fake-api-server.ts";

const kubeconfig = kubeconfigFor("https://127.0.0.1:1");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labctl-kube-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const write = (text: string) => {
  const path = join(folder, "kubeconfig");
  writeFileSync(path, text);
  return path;
};

describe("a program that a kubeconfig names for credentials", () => {
  const withUser = (user: unknown) =>
    write(JSON.stringify({ ...(JSON.parse(kubeconfig) as object), users: [{ name: "admin", user }] }));
  const context = { name: "kind-labctl", credentialProgram: false };
  const mark = () => join(folder, "was-run");
  const answer = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: "secret" },
  });
  const program = () => ({
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "sh",
      args: ["-c", 'touch "$0"; echo "$1"', mark(), answer],
    },
  });

  it.each([
    ["exec", program],
    ["an auth provider", () => ({ "auth-provider": { name: "gcp", config: { "cmd-path": mark() } } })],
  ])("is not run unless that was allowed: %s", async (_, user) => {
    const path = withUser(user());
    await expect(openApiKube(path, context)).rejects.toThrow(/wants a program to be run for .* user admin/u);
    await expect(openApiKube(path)).rejects.toThrow(EnvironmentError);
    expect(existsSync(mark())).toBe(false);
  });

  it("is no trouble where there is none, or where it was allowed", async () => {
    await openApiKube(write(kubeconfig), context);
    await openApiKube(withUser(program()), { ...context, credentialProgram: true });
    expect(existsSync(mark())).toBe(true);
  });
});
