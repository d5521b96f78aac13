import { createHash } from "node:crypto";
import { z } from "zod";
import type { JupyterKernel } from "../../jupyter/jupyter.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { jupyterFields, jupyterUrl, requireJupyter, type FoundJupyter } from "./jupyter-server.ts";

const spec = z.strictObject({ kind: z.literal("jupyter-kernel"), ...jupyterFields });

type Spec = z.infer<typeof spec>;

/** What JupyterLab does for a notebook, done by labctl: the product is computed here, too. */
export const jupyterKernel = defineCheck({
  kind: "jupyter-kernel",
  summary:
    "A Python kernel, started through a Jupyter server's API, multiplies two random numbers right, in a pod of the Deployment.",
  spec,
  async observe(wanted, context) {
    const found = await requireJupyter(context, wanted);
    if (!found.ok) return found.findings;
    const servers = found.pods.ready.length;
    if (servers > 1) return [manyServers(context, wanted, servers)];
    const started = await found.jupyter.startKernel();
    if (!started.ok) return [notStarted(context, wanted, started.why)];
    await using kernel = started.value;
    const lost = await lookForOthers(kernel);
    if (lost > 0) return [otherServers(context, wanted, lost)];
    return await multiply(context, { wanted, kernel, found });
  },
});

/** Enough for an ingress controller that takes its endpoints in turn to come to each of them. */
const looks = 8;
const withinMs = 60_000;

/** How many of some requests were answered by a server that does not have the kernel. */
async function lookForOthers(kernel: JupyterKernel): Promise<number> {
  let lost = 0;
  for (let look = 0; look < looks; look++) {
    const known = await kernel.isKnown();
    if (known.ok && !known.value) lost++;
  }
  return lost;
}

interface Multiplication {
  readonly wanted: Spec;
  readonly kernel: JupyterKernel;
  readonly found: Extract<FoundJupyter, { ok: true }>;
}

async function multiply(
  context: CheckContext,
  { wanted, kernel, found }: Multiplication,
): Promise<readonly CheckFinding[]> {
  const [a, b] = [factor(context), factor(context)];
  const mark = context.nonce();
  const executed = await kernel.execute(
    `import socket\nprint("${mark}", ${String(a)} * ${String(b)}, socket.gethostbyname(socket.gethostname()))`,
    { withinMs },
  );
  if (!executed.ok) return [failed(context, wanted, executed.why)];
  const [, product, address] = new RegExp(`${mark} (\\S+) (\\S+)`, "u").exec(executed.output) ?? [];
  const right = String(a * b);
  if (product !== right) return [wrong(context, wanted, { right, output: executed.output })];
  if (found.pods.ready.some(({ status }) => status?.podIP === address)) {
    context.observed(`The kernel says that ${String(a)} times ${String(b)} is ${right}.`);
    return [];
  }
  return [elsewhere(context, wanted, address ?? "nowhere")];
}

/** Of 40 bits: the product is more than a floating-point number holds. */
function factor(context: CheckContext): bigint {
  const digest = createHash("sha256").update(context.nonce()).digest("hex");
  return BigInt(`0x${digest.slice(0, 10)}`) + 2n;
}

function failed({ namespace }: CheckContext, wanted: Spec, why: string): CheckFinding {
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: "a product from a Python kernel",
    actual: why,
    message: `A kernel was started at ${jupyterUrl(wanted)}, but multiplied nothing: ${why}.`,
    next: `kubectl -n ${namespace} logs deployment/${wanted.deployment}`,
  };
}

function notStarted(context: CheckContext, wanted: Spec, why: string): CheckFinding {
  const message = `The server at ${jupyterUrl(wanted)} starts no Python kernel: ${why}.`;
  return { ...failed(context, wanted, why), message };
}

function wrong(
  context: CheckContext,
  wanted: Spec,
  { right, output }: Readonly<Record<"right" | "output", string>>,
): CheckFinding {
  const actual = output.trim().slice(0, 80) || "nothing";
  const message = `The kernel says "${actual}" where the product is ${right}.`;
  return { ...failed(context, wanted, actual), expected: right, message };
}

const oneMemory = "Kernels live in one server's memory, and no other server knows them";

function manyServers({ namespace }: CheckContext, { deployment, host }: Spec, servers: number): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    path: "spec.replicas",
    expected: "one pod",
    actual: `${String(servers)} pods`,
    message: `Deployment ${deployment} runs ${String(servers)} servers behind ${host}, and each request comes to one of them. ${oneMemory}: replicas do not make a notebook server stronger, they break it.`,
    next: `kubectl -n ${namespace} scale deployment/${deployment} --replicas=1`,
  };
}

function otherServers({ namespace }: CheckContext, { deployment, host }: Spec, lost: number): CheckFinding {
  const actual = `${String(lost)} of ${String(looks)} requests came to a server without the kernel`;
  return {
    object: `Deployment/${deployment}`,
    expected: `one server behind ${host}`,
    actual,
    message: `A kernel was started behind ${host}, and ${actual}. ${oneMemory}.`,
    next: `kubectl -n ${namespace} get pods,endpointslices -o wide`,
  };
}

function elsewhere({ namespace }: CheckContext, { deployment, host }: Spec, address: string): CheckFinding {
  return {
    object: `Deployment/${deployment}`,
    expected: `a kernel in a pod of Deployment ${deployment}`,
    actual: `one at ${address}`,
    message: `The kernel behind ${host} runs at ${address}, which is no pod of Deployment ${deployment}.`,
    next: `kubectl -n ${namespace} get pods,endpointslices -o wide`,
  };
}
