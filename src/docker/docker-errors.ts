import { EnvironmentError, LabctlError } from "../errors.ts";

/** What docker-modem attaches to its errors. */
interface ApiError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly json?: { readonly message?: string } | string | Buffer | null;
  readonly message?: string;
}

/** The result, or undefined where the engine answers 404. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return unlessStatus(404, call);
}

/** The result, or undefined where the container was started or stopped already. */
export async function unlessNotModified<T>(call: Promise<T>): Promise<T | undefined> {
  return unlessStatus(304, call);
}

async function unlessStatus<T>(status: number, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as ApiError).statusCode === status) return undefined;
    throw error;
  }
}

/** One error for a person: the engine is gone, or it refused and said why. Expected errors stay as they are. */
export function engineRefusal(failure: {
  readonly error: unknown;
  readonly what: string;
  readonly socketPath: string;
}): unknown {
  if (failure.error instanceof LabctlError || isAbort(failure.error)) return failure.error;
  const error = failure.error as ApiError;
  if (error.statusCode === undefined) {
    return new EnvironmentError({
      message: `The container engine at ${failure.socketPath} did not answer when asked to ${failure.what}.`,
      lastSeen: error.message ?? String(failure.error),
      hint: "Start it with: labctl up",
      cause: failure.error,
    });
  }
  const said = saidBy(error);
  return new EnvironmentError({
    message: `The container engine could not ${failure.what}.`,
    lastSeen: said,
    hint: portTaken.test(said) ? otherPort : "See what it stands on with: labctl doctor",
    cause: failure.error,
  });
}

/** Another container has it, of another cluster as a rule: the engine's own words, whatever the port is for. */
const portTaken = /port is already allocated/;
const otherPort =
  "docker ps shows who has the port; --registry-port, --api-port, --http-port and --https-port of labctl up choose another";

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Whether the engine answered, with a no. */
export function isRefusal(error: unknown): boolean {
  return (error as ApiError).statusCode !== undefined;
}

/** What the engine said when it refused, in its own words. */
export function saidBy(refusal: unknown): string {
  const error = refusal as ApiError;
  if (
    typeof error.json === "object" &&
    error.json !== null &&
    "message" in error.json &&
    error.json.message
  ) {
    return error.json.message;
  }
  const message = error.message ?? `HTTP ${String(error.statusCode)}`;
  return message.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}
