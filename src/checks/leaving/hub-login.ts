import { z } from "zod";
import type { BrowserWindow } from "../../browser/browser.ts";
import { EnvironmentError } from "../../errors.ts";
import { defineCheck, type CheckContext, type CheckFinding } from "../check.ts";
import type { Hub } from "./hub.ts";
import { findHubAndUsers, hubSpec, type HubUser } from "./hub-users.ts";

const spec = z.strictObject({ kind: z.literal("hub-login"), ...hubSpec });

/** An experiment, since a login starts the user's server, which goes on running. */
export const hubLogin = defineCheck({
  kind: "hub-login",
  summary:
    "An experiment: in a browser, two users get into a JupyterHub through its form, each with the password of their own and with no other.",
  spec,
  experiment: true,
  async observe(wanted, context) {
    const found = await findHubAndUsers(context, wanted);
    if (!found.ok) return found.findings;
    const { hub, users } = found;
    const [first, second] = users;
    context.announce(`logging in as ${first.name} and as ${second.name}, in a browser`);
    const open = await letsIn(context, hub, intruders(context, first, second));
    if (open) return [open];
    for (const user of users) {
      const shut = await keepsOut(context, hub, user);
      if (shut) return [shut];
    }
    context.observed(`${first.name} and ${second.name} logged in, and nobody else`);
    return [];
  },
});

interface Intruder extends HubUser {
  readonly what: string;
}

function intruders(context: CheckContext, first: HubUser, second: HubUser): readonly Intruder[] {
  const guess = context.nonce();
  const stranger = `labctl-${context.nonce().toLowerCase()}`;
  return [
    { name: first.name, password: guess, what: "a password that nobody has set" },
    { name: first.name, password: second.password, what: `the password of ${second.name}` },
    { name: stranger, password: second.password, what: "a name that nobody has set" },
  ];
}

/** One window for all of them: a login that fails shows the form again. */
async function letsIn(
  context: CheckContext,
  hub: Hub,
  all: readonly Intruder[],
): Promise<CheckFinding | undefined> {
  await using window = await context.browser.open();
  for (const { what, ...user } of all) {
    const outcome = await submit(context, { window, hub, user });
    if (outcome === "no form") return noForm(context, window);
    if (outcome === "out") continue;
    const message = `The hub lets in ${user.name} with ${what}: its authenticator does not ask the Secret.`;
    return {
      ...{ object: `User/${user.name}`, path: "hub.config.JupyterHub.authenticator_class" },
      ...{ expected: "the login form again", actual: "logged in", message },
      next: `helm -n ${context.namespace} get values --all $(helm -n ${context.namespace} list --short)`,
    };
  }
  return undefined;
}

async function keepsOut(context: CheckContext, hub: Hub, user: HubUser): Promise<CheckFinding | undefined> {
  await using window = await context.browser.open();
  const outcome = await submit(context, { window, hub, user });
  if (outcome === "no form") return noForm(context, window);
  const who = outcome === "in" ? await whoIsIn(window, hub) : undefined;
  if (who === user.name) return undefined;
  const about = { object: `User/${user.name}`, expected: `${user.name} logged in` };
  const next = `kubectl -n ${context.namespace} logs deployment/hub --tail 20`;
  if (outcome === "in") {
    const message = `Who logs in as ${user.name} is ${who ?? "nobody"} to the hub: users would share one server.`;
    return { ...about, actual: `${who ?? "nobody"} logged in`, message, next };
  }
  const message = `The hub does not let in ${user.name} with the password in the Secret.`;
  return { ...about, actual: "the login form again", message, next };
}

interface Attempt {
  readonly window: BrowserWindow;
  readonly hub: Hub;
  readonly user: HubUser;
}

/** Fills in the form, sends it, and waits until the hub has answered: with a page beyond, or with the form and a complaint. */
async function submit(
  context: CheckContext,
  { window, hub, user: { name, password } }: Attempt,
): Promise<"in" | "out" | "no form"> {
  await window.goto(`${hub.url}${loginPath}`);
  const sent =
    (await window.fill("#username_input", name)) &&
    (await window.fill("#password_input", password)) &&
    (await window.click("#login_submit"));
  if (!sent) return "no form";
  const { done, value } = await context.wait({
    observe: async () => {
      if (new URL(window.url()).pathname !== loginPath) return { done: true, value: "in" as const };
      const complaint = await window.text(".login_error", { withinMs: glanceMs });
      return { done: complaint !== undefined, value: "out" as const };
    },
    withinMs: answersWithinMs,
    everyMs: glanceMs,
    signal: context.signal,
  });
  if (done) return value;
  throw new EnvironmentError({
    message: `The hub did not answer its login form within ${String(answersWithinMs / 1000)} s.`,
    lastSeen: window.url(),
    hint: `kubectl -n ${context.namespace} logs deployment/hub --tail 20`,
  });
}

const loginPath = "/hub/login";
/** Milliseconds. */
const answersWithinMs = 60_000;
const glanceMs = 200;

/** Whose name the hub shows at the top of its page. */
async function whoIsIn(window: BrowserWindow, hub: Hub): Promise<string | undefined> {
  await window.goto(`${hub.url}/hub/home`);
  return window.text("#login_widget > span");
}

function noForm({ namespace }: CheckContext, window: BrowserWindow): CheckFinding {
  return {
    object: "Deployment/hub",
    expected: "a form for a name and a password",
    actual: `none at ${new URL(window.url()).pathname}`,
    message: "The hub's login page has no form for a name and a password.",
    next: `kubectl -n ${namespace} logs deployment/hub --tail 20`,
  };
}
