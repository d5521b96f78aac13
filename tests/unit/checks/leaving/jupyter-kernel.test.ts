import { describe, expect, it } from "vitest";
import { jupyterKernel } from "../../../../src/checks/leaving/jupyter-kernel.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { pod } from "../../../support/cluster-objects.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeJupyter, idle, prints, type KernelMessage } from "../../../support/fake-jupyter.ts";
import { page } from "../../../support/fake-probe.ts";
import { jupyterLab, python, target, token } from "../../../support/jupyter-lab.ts";

const spec = jupyterKernel.spec.parse({ kind: "jupyter-kernel", ...target });
const look = ({ context }: ReturnType<typeof jupyterLab>) => jupyterKernel.observe(spec, context);
const running = (run: (code: string) => readonly KernelMessage[]) =>
  jupyterLab({ server: new FakeJupyter({ token, run }) });

describe("jupyter-kernel", () => {
  it("passes a kernel that multiplies, and leaves none behind", async () => {
    const lab = jupyterLab();
    expect(await look(lab)).toEqual([]);
    expect(lab.server.kernels).toEqual(new Set());
    expect(lab.context.said[0]).toMatch(/^The kernel says that \d+ times \d+ is \d+\.$/);
  });

  it("asks for other numbers each time", async () => {
    const seen: string[] = [];
    const [own] = jupyterLab().pods;
    const lab = running((code) => {
      seen.push(code);
      return prints(python(code, own));
    });
    await look(lab);
    await look(lab);
    expect(seen).toHaveLength(2);
    expect(seen[0]).not.toEqual(seen[1]);
  });

  it.each([
    ["a stored answer", (code: string) => python(code, undefined).replace(/ \d+ /u, " 42 "), "says"],
    ["nothing", () => "", 'says "nothing"'],
  ])("does not pass %s", async (_, run, told) => {
    const [finding] = await look(running((code) => prints(run(code))));
    expect(finding?.message).toContain(told);
    expect(finding?.message).toContain("where the product is");
  });

  it("does not pass a kernel of another pod", async () => {
    const other = pod({ name: "other", ip: "10.244.9.9" });
    const [finding] = await look(running((code) => prints(python(code, other))));
    expect(finding?.message).toContain("runs at 10.244.9.9, which is no pod of Deployment jupyter");
  });

  it("does not pass two servers: of one Deployment, or of somebody else", async () => {
    expect((await look(jupyterLab({ replicas: 2 })))[0]?.message).toContain("runs 2 servers behind");
    const mixed = jupyterLab();
    let turn = 0;
    mixed.server.before = ({ url, method }) =>
      method === "GET" && url.includes("api/kernels/") && turn++ % 2 === 1
        ? page(JSON.stringify({ message: "Kernel does not exist" }), {}, 404)
        : undefined;
    expect(await look(mixed)).toMatchObject([
      { actual: "4 of 8 requests came to a server without the kernel" },
    ]);
    expect(mixed.server.kernels).toEqual(new Set());
  });

  it("tells why no kernel starts, and why one does not finish", async () => {
    const lab = jupyterLab();
    lab.server.before = ({ method }) =>
      method === "POST"
        ? page(JSON.stringify({ message: "No such kernel named python3" }), {}, 501)
        : undefined;
    expect((await look(lab))[0]?.message).toContain("starts no Python kernel: status 501 (No such kernel");
    const error = { ename: "SyntaxError", evalue: "invalid syntax" };
    const other = running(() => [{ type: "error", content: error }, idle]);
    expect((await look(other))[0]?.message).toContain("multiplied nothing: SyntaxError: invalid syntax");
  });

  it("does not begin before there is a server", async () => {
    expect(await jupyterKernel.observe(spec, fakeCheckContext())).toMatchObject([{ actual: "not found" }]);
  });

  it("is errored when nothing answers at the front door", async () => {
    const lab = jupyterLab();
    lab.server.before = ({ method }) => {
      if (method !== "POST") return undefined;
      throw new EnvironmentError({ message: "nothing there", hint: "labctl up" });
    };
    await expect(look(lab)).rejects.toThrow(EnvironmentError);
  });
});
