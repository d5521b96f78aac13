import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { parseJson } from "../parse-json.ts";
import type { ApiAnswer, ApiClient, ApiRequest } from "./api-client.ts";
import { refusal } from "./api-errors.ts";
import { isKubeObject, type KubeObject } from "./objects.ts";

/** Sends, and makes an error of every answer that is neither good nor one of `allowed`. */
export async function send(
  client: ApiClient,
  request: ApiRequest,
  doing: string,
  ...allowed: readonly number[]
): Promise<ApiAnswer> {
  const answer = await client.send(request);
  if (answer.status < 300 || allowed.includes(answer.status)) return answer;
  throw refusal({ code: answer.status, body: answer.body, doing });
}

export const apiObject = z.custom<KubeObject>(
  isKubeObject,
  "no object: apiVersion, kind or metadata.name is missing",
);

/**
 * What the API server answered. Go writes an empty list as null where its field has no omitempty (an EndpointSlice's
 * endpoints): left out here. An aggregated API has its own idea of what an object is, and a proxy its own
 * pages.
 * @throws EnvironmentError when it is none of what was asked for.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, body: string, doing: string): T {
  const parsed = schema.safeParse(parseJson(body, (_, value) => value ?? undefined));
  if (parsed.success) return parsed.data;
  throw new EnvironmentError({
    message: `The API server was asked to ${doing}, and its answer is none.`,
    lastSeen: `${body.slice(0, 200)}\n${z.prettifyError(parsed.error)}`,
    hint: "What stands behind its APIs? kubectl get apiservices",
  });
}
