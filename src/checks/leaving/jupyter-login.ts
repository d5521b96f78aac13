import { z } from "zod";
import { openJupyter } from "../../jupyter/open-jupyter.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import { jupyterFields, jupyterUrl, requireJupyter } from "./jupyter-server.ts";

const spec = z.strictObject({ kind: z.literal("jupyter-login"), ...jupyterFields });

type Spec = z.infer<typeof spec>;

/** Who gets into a Jupyter server. */
export const jupyterLogin = defineCheck({
  kind: "jupyter-login",
  summary:
    "A Jupyter server behind an Ingress shows its login page and lets in only who brings the token of a Secret.",
  spec,
  async observe(wanted, context) {
    const found = await requireJupyter(context, wanted);
    return found.ok ? lookAtDoor(context, wanted) : found.findings;
  },
});

/** Without the token, and with another one. */
async function lookAtDoor(context: CheckContext, wanted: Spec): Promise<readonly CheckFinding[]> {
  const url = jupyterUrl(wanted);
  const anonymous = await openJupyter(context, { url }).status();
  if (anonymous.ok) return [open(context, wanted, "without a token")];
  const guessed = await openJupyter(context, { url, token: context.nonce() }).status();
  if (guessed.ok) return [open(context, wanted, "with any token")];
  const page = await context.frontDoor.request({ url: `${url}lab` });
  const goes = page.ok ? (page.headers["location"] ?? `status ${String(page.status)}`) : page.message;
  if (!goes.includes("/login")) return [noLogin(context, wanted, goes)];
  const login = await context.frontDoor.request({ url: `${url}login` });
  if (login.ok && login.status === 200 && /type="password"/u.test(login.body)) return [];
  return [noLogin(context, wanted, login.ok ? `status ${String(login.status)}` : login.message)];
}

function open({ namespace }: CheckContext, wanted: Spec, how: string): CheckFinding {
  return {
    object: `Deployment/${wanted.deployment}`,
    expected: `status 403 ${how === "without a token" ? how : "with a wrong token"}`,
    actual: "status 200",
    message: `${jupyterUrl(wanted)} lets anybody in, ${how}. Whoever finds the address can run programs in your cluster.`,
    next: `kubectl -n ${namespace} describe deployment ${wanted.deployment}`,
  };
}

function noLogin({ namespace }: CheckContext, wanted: Spec, actual: string): CheckFinding {
  const url = jupyterUrl(wanted);
  return {
    object: `Host/${wanted.host}`,
    expected: `${url}lab leads to a login page`,
    actual,
    message: `Who has no token should come to a login page at ${url}, and does not: ${actual}.`,
    next: `kubectl -n ${namespace} logs deployment/${wanted.deployment}`,
  };
}
