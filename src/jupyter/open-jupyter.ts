import { z } from "zod";
import type { FrontDoorRequest } from "../probe/probe.ts";
import type {
  Jupyter,
  JupyterAddress,
  JupyterAnswer,
  JupyterDeps,
  JupyterFailure,
  JupyterKernel,
} from "./jupyter.ts";
import { talkToKernel } from "./kernel-talk.ts";

/** A kernel's process has to import its parts first; on a busy machine that takes its time. */
const kernelTimeoutMs = 45_000;

const serverStatus = z.object({ started: z.string(), kernels: z.number() });
const kernelModel = z.object({ id: z.string() });
const fileModel = z.object({ content: z.string() });
const nothing = z.unknown().transform(() => undefined);

/** Opens nothing yet: what cannot be reached is told by the first question. */
export function openJupyter(deps: JupyterDeps, address: JupyterAddress): Jupyter {
  const ask = asker(deps, address);
  const at = (path: string) => `api/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
  const jupyter: Jupyter = {
    status: () => ask({ path: "api/status", gives: serverStatus }),
    readFile: async (path) => {
      const file = await ask({ path: `${at(path)}?type=file&format=text&content=1`, gives: fileModel });
      return file.ok ? { ok: true, value: file.value.content } : file;
    },
    writeFile: (path, content) =>
      ask({
        ...{ method: "PUT", path: at(path), gives: nothing },
        send: { type: "file", format: "text", content },
      }),
    removeFile: (path) => ask({ method: "DELETE", path: at(path), gives: nothing }),
    startKernel: async (name = "python3") => {
      const timeoutMs = kernelTimeoutMs;
      const started = await ask({
        ...{ method: "POST", path: "api/kernels", gives: kernelModel },
        ...{ send: { name }, timeoutMs },
      });
      return started.ok ? { ok: true, value: kernel(deps, address, started.value.id) } : started;
    },
    execute: async (code, options) => {
      const started = await jupyter.startKernel();
      if (!started.ok) return { ok: false, why: started.why, output: "" };
      await using own = started.value;
      return await own.execute(code, options);
    },
  };
  return jupyter;
}

function kernel(deps: JupyterDeps, address: JupyterAddress, id: string): JupyterKernel {
  const ask = asker(deps, address);
  const path = `api/kernels/${id}`;
  return {
    id,
    isKnown: async () => {
      const found = await ask({ path, gives: nothing });
      if (found.ok) return { ok: true, value: true };
      return found.status === 404 ? { ok: true, value: false } : found;
    },
    execute: async (code, { withinMs }) => {
      const url = `${address.url}${path}/channels`;
      const headers = authorization(address);
      const opened = await deps.frontDoor.socket({ url, headers, timeoutMs: kernelTimeoutMs });
      if (!opened.ok) return { ok: false, why: opened.message, output: "" };
      try {
        return await talkToKernel({ socket: opened.socket, clock: deps.clock, code, withinMs });
      } finally {
        opened.socket.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await ask({ method: "DELETE", path, gives: nothing, timeoutMs: kernelTimeoutMs });
    },
  };
}

interface Question<T> {
  readonly method?: FrontDoorRequest["method"];
  /** Below the server's base. */
  readonly path: string;
  readonly send?: object;
  readonly gives: z.ZodType<T>;
  readonly timeoutMs?: number;
}

type Ask = <T>(question: Question<T>) => Promise<JupyterAnswer<T>>;

function asker({ frontDoor }: JupyterDeps, address: JupyterAddress): Ask {
  return async ({ method = "GET", path, send, gives, timeoutMs }) => {
    const answer = await frontDoor.request({
      url: `${address.url}${path}`,
      method,
      headers: { ...authorization(address), "content-type": "application/json" },
      ...(send === undefined ? {} : { body: JSON.stringify(send) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (!answer.ok) return { ok: false, why: answer.message };
    const { status, body } = answer;
    if (status < 200 || status > 299) return refusal(status, body);
    const value = gives.safeParse(asJson(body));
    if (value.success) return { ok: true, value: value.data };
    return { ok: false, status, why: `status ${String(status)}, but not what a Jupyter server says` };
  };
}

function authorization({ token }: JupyterAddress): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `token ${token}` };
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const complaint = z.object({ message: z.string().min(1) });

function refusal(status: number, body: string): JupyterFailure {
  const said = complaint.safeParse(asJson(body)).data?.message;
  const words = said ?? (body.trim().length < 80 ? body.trim() : "");
  return { ok: false, status, why: `status ${String(status)}${words === "" ? "" : ` (${words})`}` };
}
