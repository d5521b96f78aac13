import { z } from "zod";
import type { CheckFinding } from "../check.ts";
import type { Reply } from "./stored-models.ts";

const about = z.object({ version: z.string() });

interface Asked {
  readonly service: string;
  /** Those that there are. */
  readonly versions: readonly string[];
  /** What GET /model said. */
  readonly reply: Reply | undefined;
  readonly namespace: string;
}

/** Which version a server says that it serves, or the finding that it names none of them. */
export function versionOf({
  service,
  versions,
  reply,
  namespace,
}: Asked):
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly finding: CheckFinding } {
  const version = reply?.status === 200 ? parse(reply.body) : undefined;
  if (version !== undefined && versions.includes(version)) return { ok: true, version };
  const expected = versions.join(" or ");
  const said =
    reply?.status === undefined
      ? `is not answered: ${reply?.body ?? "no reply"}`
      : `answers with status ${String(reply.status)}: ${reply.body.slice(0, 120).trim()}`;
  const why = version === undefined ? said : `names ${version}`;
  return {
    ok: false,
    finding: {
      object: `Service/${service}`,
      path: "GET /model",
      expected: `the version ${expected}`,
      actual: version ?? `status ${String(reply?.status ?? "none")}`,
      message: `GET /model of Service ${service} ${why}; it has to name the version that is served, ${expected}.`,
      next: `kubectl -n ${namespace} get pods,endpointslices`,
    },
  };
}

function parse(body: string): string | undefined {
  try {
    return about.safeParse(JSON.parse(body)).data?.version;
  } catch {
    return undefined;
  }
}
