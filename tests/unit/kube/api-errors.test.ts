import { describe, expect, it } from "vitest";
import { refusal } from "../../../src/kube/api-errors.ts";
import { ConflictError, DisruptionBudgetError } from "../../../src/kube/errors.ts";

const doing = "evict pod pair";
const refuse = (code: number, status: object) => refusal({ code, body: JSON.stringify(status), doing });

describe("refusal", () => {
  it("tells a disruption budget, and which, from a server that has too much to do", () => {
    const message = "Cannot evict pod as it would violate the pod's disruption budget.";
    const cause = { reason: "DisruptionBudget", message: "The disruption budget pair needs 2" };
    const refused = refuse(429, { message, details: { causes: [cause] } });
    expect(refused).toBeInstanceOf(DisruptionBudgetError);
    expect(refused.lastSeen).toBe(cause.message);
    expect(refuse(429, { message: "too many requests" })).not.toBeInstanceOf(DisruptionBudgetError);
  });

  it("says in its sentence who does not allow it", () => {
    const message = "ValidatingAdmissionPolicy 'mine' with binding 'mine' denied request: no";
    expect(refuse(422, { message }).message).toBe(`The API server could not ${doing}: ${message}.`);
    expect(refuse(403, { message }).message).toBe(`The API server refuses to ${doing}: ${message}.`);
  });

  it("makes no sentence of what a proxy says", () => {
    const refused = refusal({ code: 502, body: "<html>Bad Gateway</html>", doing });
    expect(refused).toMatchObject({
      message: `The API server could not ${doing}.`,
      lastSeen: "<html>Bad Gateway</html>",
    });
  });

  it("tells a conflict", () => {
    expect(refuse(409, { reason: "Conflict", message: "changed" })).toBeInstanceOf(ConflictError);
  });
});
