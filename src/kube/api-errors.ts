import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import { parseJson } from "../parse-json.ts";
import { ConflictError, DisruptionBudgetError } from "./errors.ts";

const optionalText = z.string().optional();

/** What the API server says in the body of a refusal (`kind: Status`), as far as it is read; a proxy says something else. */
const apiStatus = z
  .object({
    message: optionalText,
    /** "Conflict": somebody else has written since the version that the request names. */
    reason: optionalText,
    details: z
      .object({
        causes: z
          .array(z.object({ reason: optionalText, message: optionalText, field: optionalText }))
          .optional(),
      })
      .optional(),
  })
  .catch({});

interface Refusal {
  /** The HTTP status. */
  readonly code: number;
  readonly body: string;
  /** What was asked for, for the sentence: "apply Deployment web". */
  readonly doing: string;
}

/** The error for an answer of the API server that is none of those which are values. */
export function refusal({ code, body, doing }: Refusal): EnvironmentError {
  const status = apiStatus.parse(parseJson(body));
  const lastSeen = status.message ?? (body.slice(0, 300) || `HTTP ${String(code)}`);
  if (code === 409 && status.details?.causes) return conflict(doing, status.details.causes);
  if (code === 409 && status.reason === "Conflict") {
    const message = `Somebody else wrote at the same time: the API server did not ${doing}.`;
    return new ConflictError({ message, lastSeen, hint: "Run it again." });
  }
  const budget = status.details?.causes?.find(({ reason }) => reason === "DisruptionBudget");
  if (code === 429 && budget) {
    const message = `A disruption budget does not let labctl ${doing}.`;
    const hint = "kubectl get poddisruptionbudgets --all-namespaces";
    return new DisruptionBudgetError({ message, lastSeen: budget.message ?? lastSeen, hint });
  }
  // Who refuses stands in what it says: a policy, a webhook, a quota, a role.
  const words = status.message === undefined ? "" : `: ${status.message.slice(0, 300)}`;
  if (code === 401 || code === 403) {
    return new EnvironmentError({
      message: `The API server refuses to ${doing}${words}.`,
      lastSeen,
      hint: "Check whose kubeconfig this is: labctl kubeconfig",
    });
  }
  return new EnvironmentError({
    message: `The API server could not ${doing}${words}.`,
    lastSeen,
    hint: "labctl status",
  });
}

/** The error when there was no answer at all. */
export function unreachable(server: string, cause: unknown): EnvironmentError {
  const seen =
    cause instanceof Error ? ("code" in cause && String(cause.code)) || cause.message : String(cause);
  return new EnvironmentError({
    message: `The cluster does not answer at ${server}.`,
    lastSeen: seen,
    hint: "labctl up",
    cause,
  });
}

type Causes = NonNullable<NonNullable<z.infer<typeof apiStatus>["details"]>["causes"]>;

function conflict(doing: string, causes: Causes): EnvironmentError {
  const fields = causes.map(({ field, message }) => `${field ?? "a field"}: ${message ?? "a conflict"}`);
  return new EnvironmentError({
    message: `Somebody else has changed what labctl wants to set: it does not ${doing} by force.`,
    lastSeen: fields.join("\n"),
    hint: "labctl reset, for the lab as it was at the start",
  });
}
