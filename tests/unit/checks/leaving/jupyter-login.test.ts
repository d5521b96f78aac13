import { describe, expect, it } from "vitest";
import { jupyterLogin } from "../../../../src/checks/leaving/jupyter-login.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { namespace, service } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeJupyter } from "../../../support/fake-jupyter.ts";
import { page } from "../../../support/fake-probe.ts";
import { jupyterLab, secret, target, token } from "../../../support/jupyter-lab.ts";

const spec = jupyterLogin.spec.parse({ kind: "jupyter-login", ...target });
const look = ({ context }: ReturnType<typeof jupyterLab>) => jupyterLogin.observe(spec, context);

describe("jupyter-login", () => {
  it("passes a server that asks for the Secret's token, and has it from there", async () => {
    const lab = jupyterLab();
    expect(await look(lab)).toEqual([]);
    expect(lab.kube.writes).toEqual([]);
  });

  it.each([
    ["with a prefix", { envFrom: [{ prefix: "JUPYTER_", secretRef: { name: "jupyter-token" } }] }],
    ["from a volume", { volumes: [{ name: "t", secret: { secretName: "jupyter-token" } }] }],
    [
      "from a projected volume",
      { volumes: [{ name: "t", projected: { sources: [{ secret: { name: "jupyter-token" } }] } }] },
    ],
  ])("passes a token %s", async (_, container) => {
    expect(await look(jupyterLab({ container }))).toEqual([]);
  });

  it.each([
    ["without a token", undefined, "lets anybody in, without a token"],
    ["that was started with another one", "older", "was started with another one"],
  ])("does not pass a server %s", async (_, own, told) => {
    const [finding] = await look(jupyterLab({ server: new FakeJupyter({ token: own }) }));
    expect(finding?.message).toContain(told);
  });

  it("does not pass a server that takes any token, or shows no login page", async () => {
    const any = jupyterLab();
    any.server.before = ({ headers, url }) =>
      headers?.["authorization"] === undefined || !url.endsWith("api/status")
        ? undefined
        : page(JSON.stringify({ started: "2026", kernels: 0 }));
    expect((await look(any))[0]?.message).toContain("lets anybody in, with any token");
    const bare = jupyterLab();
    bare.server.before = ({ url }) => (url.endsWith("/lab") ? page("", {}, 401) : undefined);
    expect(await look(bare)).toMatchObject([{ actual: "status 401" }]);
    bare.server.before = ({ url }) => (url.endsWith("/login") ? page("hello") : undefined);
    expect(await look(bare)).toMatchObject([{ actual: "status 200" }]);
  });

  it("tells what is missing, one thing after the other", async () => {
    const none = fakeCheckContext();
    expect(await jupyterLogin.observe(spec, none)).toMatchObject([
      { object: "Deployment/jupyter", actual: "not found" },
    ]);
    const lab = jupyterLab();
    lab.kube.forget({ kind: "Secret", namespace, name: "jupyter-token" });
    expect(await look(lab)).toMatchObject([{ object: "Secret/jupyter-token", actual: "not found" }]);
    lab.kube.add({ ...secret(), data: { password: "eA==" } });
    expect((await look(lab))[0]?.message).toContain("it has: password");
    lab.kube.add(secret(`${token}\n`));
    expect((await look(lab))[0]?.message).toContain("a line break most likely");
  });

  it("names the cause on the way: Ingress, Service, and a server that listens elsewhere", async () => {
    const notFound = () => page("404 page not found\n", {}, 404);
    const wrongPort = jupyterLab({ port: 8888 });
    wrongPort.server.before = notFound;
    expect((await look(wrongPort))[0]?.message).toContain(
      "names port 8888 of Service jupyter, which has: 80",
    );
    const without = jupyterLab();
    without.server.before = notFound;
    without.kube.forget({ kind: "Ingress", namespace, name: "jupyter" });
    expect((await look(without))[0]?.message).toContain("There is no Ingress");
    const deaf = jupyterLab();
    deaf.server.before = () => page("Bad Gateway", {}, 502);
    expect((await look(deaf))[0]?.message).toContain("status 502 (Bad Gateway)");
    const stray = jupyterLab();
    stray.server.before = () => page("no available server", {}, 503);
    stray.kube.add(service({ name: "jupyter", selector: { app: "lab" } }));
    expect((await look(stray))[0]?.message).toContain(
      "The selector app=lab of Service jupyter matches no pod",
    );
  });

  it("waits a moment for a server that is about to answer", async () => {
    const lab = jupyterLab();
    let left = 3;
    lab.server.before = () => (left-- > 0 ? page("Bad Gateway", {}, 502) : undefined);
    expect(await look(lab)).toEqual([]);
  });

  it("is errored when nothing answers at the front door, or the cluster does not", async () => {
    const lab = jupyterLab();
    lab.server.before = () => {
      throw new EnvironmentError({ message: "nothing there", hint: "labctl up" });
    };
    await expect(look(lab)).rejects.toThrow(EnvironmentError);
    const down = jupyterLab();
    down.kube.down = true;
    await expect(look(down)).rejects.toThrow(EnvironmentError);
  });
});
