import type { Clock } from "../clock.ts";
import type { FrontDoor } from "../probe/probe.ts";

/** Where a Jupyter server is, and as whom it is asked. */
export interface JupyterAddress {
  /**
   * The server's base as a browser would write it, with the slash at its end: `http://jupyter.localhost/`,
   * `http://hub.localhost/user/ana/`. The front door adds its port.
   */
  readonly url: string;
  /**
   * Goes with every request, websockets included, as `Authorization: token …`; a server asks no XSRF cookie of who
   * brings one: https://jupyter-server.readthedocs.io/en/latest/operators/security.html
   * Left out: as somebody who has none.
   */
  readonly token?: string | undefined;
}

/** What asking takes; a check's context has both. */
export interface JupyterDeps {
  readonly frontDoor: FrontDoor;
  readonly clock: Clock;
}

/** What the server gave, or why it did not: what a student can cause is a value. */
export type JupyterAnswer<T> = { readonly ok: true; readonly value: T } | JupyterFailure;

export interface JupyterFailure {
  readonly ok: false;
  /** The HTTP status, where an answer came at all; it may be the ingress controller's (404, 502, 503). */
  readonly status?: number;
  /** One line for a person, without a full stop: `status 403 (Forbidden)`, `no answer in time`. */
  readonly why: string;
}

/**
 * A Jupyter server, used through the front door as JupyterLab in a browser uses it. Every method throws
 * EnvironmentError when nothing answers at the front door at all: that is an outage, not the student's.
 */
export interface Jupyter {
  /** `GET api/status`, which needs the token. */
  status(): Promise<JupyterAnswer<JupyterStatus>>;
  /** A file's text, a notebook's JSON included. @param path below the server's root folder: `work/a.ipynb`. */
  readFile(path: string): Promise<JupyterAnswer<string>>;
  /** Writes a text file, over one that is there. */
  writeFile(path: string, text: string): Promise<JupyterAnswer<undefined>>;
  removeFile(path: string): Promise<JupyterAnswer<undefined>>;
  /** Starts a kernel in the server's root folder. @param name of its specification; `python3` by default. */
  startKernel(name?: string): Promise<JupyterAnswer<JupyterKernel>>;
  /** Runs code in a kernel of its own, which is removed afterwards. */
  execute(code: string, options: ExecuteOptions): Promise<Executed>;
}

export interface JupyterStatus {
  /** When this server process started, as it says; another process has another one. */
  readonly started: string;
  /** How many kernels run. */
  readonly kernels: number;
}

/** A running kernel: what one execution defines, the next one knows. Disposing of it removes it from the server. */
export interface JupyterKernel extends AsyncDisposable {
  readonly id: string;
  /** Whether the server that answers now has this kernel. Kernels live in one server's memory: another has none of them. */
  isKnown(): Promise<JupyterAnswer<boolean>>;
  execute(code: string, options: ExecuteOptions): Promise<Executed>;
}

export interface ExecuteOptions {
  /** Milliseconds until the kernel has to be idle again. */
  readonly withinMs: number;
}

/** How an execution ended. */
export type Executed =
  /** `output`: what was written to standard output, and the value of a last expression as text, in their order. */
  | { readonly ok: true; readonly output: string }
  /** `why`: `ZeroDivisionError: division by zero`, or what became of the kernel; `output`: what came before. */
  | { readonly ok: false; readonly why: string; readonly output: string };
