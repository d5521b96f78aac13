import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { CheckContext, CheckFinding, Found } from "../check.ts";
import type { Hub } from "./hub.ts";
import type { HubUser } from "./hub-users.ts";

/** A user with a token of theirs, which disposing takes back. */
export interface HubSession extends AsyncDisposable {
  readonly user: HubUser;
  /** May do what the user may. */
  readonly token: string;
}

type LoggedIn = Found<{ readonly session: HubSession }>;

const tokenModel = z.object({ id: z.string(), token: z.string() });
/** Longer than a check; what a killed labctl leaves ends by itself. */
const expiresSeconds = 900;

/** Asks for a token with the user's password, as a program of theirs would. */
export async function logIn(context: CheckContext, hub: Hub, user: HubUser): Promise<LoggedIn> {
  const path = `/hub/api/users/${encodeURIComponent(user.name)}/tokens`;
  const auth = { username: user.name, password: user.password };
  const send = { auth, note: "labctl check", expires_in: expiresSeconds };
  const answer = await hub.ask({ method: "POST", path, send });
  const made = tokenModel.safeParse(answer.json);
  if (answer.status !== 201 || !made.success)
    return { ok: false, findings: [refused(context, user, answer)] };
  const { id, token } = made.data;
  const session = {
    user,
    token,
    [Symbol.asyncDispose]: async () => {
      // In an outage it ends by itself, and what there is to tell is what the check has stumbled over.
      const give = hub.ask({ method: "DELETE", path: `${path}/${id}`, authorization: `token ${token}` });
      await give.catch(unlessOutage);
    },
  };
  return { ok: true, session };
}

function unlessOutage(error: unknown): void {
  if (!(error instanceof EnvironmentError)) throw error;
}

function refused(
  { namespace }: CheckContext,
  { name }: HubUser,
  { why }: { readonly why: string },
): CheckFinding {
  return {
    object: `User/${name}`,
    expected: `a token for ${name}, who has the password`,
    actual: why,
    message: `The hub gives ${name} no token for the password in the Secret: ${why}. Does it know ${name} by that name?`,
    next: `kubectl -n ${namespace} logs deployment/hub --tail 20`,
  };
}
