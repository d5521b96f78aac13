import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daskNotebook } from "../../../../src/checks/leaving/dask-notebook.ts";
import { parseNotebook } from "../../../../src/checks/leaving/dask-notebook-run.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import type { Secret } from "../../../../src/kube/objects.ts";
import { namespace } from "../../../support/cluster-objects.ts";
import { daskCluster, workerAddress } from "../../../support/dask-cluster.ts";
import { FakeJupyter, idle, prints } from "../../../support/fake-jupyter.ts";

const spec = daskNotebook.spec.parse({
  kind: "dask-notebook",
  service: "dask-scheduler",
  deployment: "dask-worker",
  url: "http://dask-jupyter.localhost/",
  secret: "dask-jupyter",
  notebook: "sums.ipynb",
});
const given = readFileSync(join(import.meta.dirname, "../../../../labs/12-dask/files/sums.ipynb"), "utf8");
const secret: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "dask-jupyter", namespace },
  data: { token: Buffer.from("key").toString("base64") },
};

interface Kernel {
  /** Who ran the tasks, by the scheduler's record. */
  readonly ran?: readonly string[];
  readonly answer?: (numbers: readonly number[]) => number;
  /** The notebook's own code fails. */
  readonly error?: string;
}

/** A Jupyter whose kernels know what is asked of them, and nothing else. */
function setUp(
  { ran = [workerAddress(0)], answer = sum, error }: Kernel = {},
  token: string | undefined = "key",
) {
  let numbers: readonly number[] = [];
  const jupyter = new FakeJupyter({
    token: token === "" ? undefined : token,
    run: (code) => {
      const mark = /print\("(\w+)"/.exec(code)?.[1] ?? "";
      if (code.startsWith("numbers = [")) numbers = JSON.parse(code.slice(10)) as readonly number[];
      if (code.includes("+ str(answer)")) return prints(`${mark}${String(answer(numbers))}\n`);
      if (code.includes("labctl_ran"))
        return prints(`${mark}${JSON.stringify(ran.map((each) => [each, "key"]))}\n`);
      if (error !== undefined && code.includes("compute()"))
        return [{ type: "error", content: { ename: "OSError", evalue: error } }, idle];
      return [idle];
    },
  });
  jupyter.files.set("sums.ipynb", given);
  const dask = daskCluster();
  dask.kube.add(secret);
  return { ...dask, jupyter, context: { ...dask.context, frontDoor: jupyter.door } };
}
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each * each, 0);
const observe = (kernel: Kernel) => daskNotebook.observe(spec, setUp(kernel).context);

describe("dask-notebook", () => {
  it("passes the notebook given, run on new numbers by the workers, and leaves no kernel", async () => {
    const { jupyter, context } = setUp();
    expect(await daskNotebook.observe(spec, context)).toEqual([]);
    expect(context.said.at(-1)).toBe("The notebook's tasks ran on dask-worker-6d4f-0 1");
    expect([...jupyter.kernels]).toEqual([]);
  });

  it.each([
    ["a wrong answer", { answer: () => 4655960 }, "ends with 4655960 in answer; their sum is"],
    ["no task", { ran: [] }, "computed it by itself"],
    ["tasks in its own pod", { ran: ["tcp://127.0.0.1:4000"] }, "computed it by itself"],
    [
      "a cell that fails",
      { error: "no scheduler" },
      "Code cell 4 of sums.ipynb failed: OSError: no scheduler",
    ],
  ])("does not pass %s", async (_, kernel, told) => {
    const [finding, ...more] = await observe(kernel);
    expect(finding?.message).toContain(told);
    expect(more).toEqual([]);
  });

  it("fails where anybody is let in, where nobody is, and where the token is another", async () => {
    const open = await daskNotebook.observe(spec, setUp({}, "").context);
    expect(open[0]?.message).toContain("lets in anybody, without a token");
    const other = await daskNotebook.observe(spec, setUp({}, "other").context);
    expect(other[0]?.message).toContain("does not take the token of Secret dask-jupyter: status 403");
    const none = await daskNotebook.observe(spec, {
      ...setUp().context,
      frontDoor: daskCluster().context.frontDoor,
    });
    expect(none[0]?.message).toContain("no Jupyter answers: status 404");
  });

  it("fails without the notebook, with something else in its place, and without a Secret", async () => {
    const { kube, jupyter, context } = setUp();
    jupyter.files.set("sums.ipynb", "{}");
    const [other] = await daskNotebook.observe(spec, context);
    expect(other?.message).toContain("it has no cell that is tagged parameters");
    jupyter.files.clear();
    const [absent] = await daskNotebook.observe(spec, context);
    expect(absent?.message).toContain("has no sums.ipynb as it was given: status 404");
    kube.forget({ kind: "Secret", namespace, name: "dask-jupyter" });
    expect(await daskNotebook.observe(spec, context)).toMatchObject([{ object: "Secret/dask-jupyter" }]);
  });

  it("is errored when nothing answers at the front door at all", async () => {
    const { jupyter, context } = setUp();
    jupyter.before = () => {
      throw new EnvironmentError({ message: "Nothing answers at 127.0.0.1.", hint: "labctl up" });
    };
    await expect(daskNotebook.observe(spec, context)).rejects.toThrow(EnvironmentError);
  });
});

describe("parseNotebook", () => {
  it("divides the code at the parameters", () => {
    const cells = parseNotebook(given);
    expect(cells?.before.at(-1)).toContain("numbers = list(range(1, 241))");
    expect(cells?.after.at(-1)).toContain("answer = ");
    expect(parseNotebook("nothing")).toBeUndefined();
  });
});
