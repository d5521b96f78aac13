import { z } from "zod";
import type { CheckContext, Found } from "../check.ts";
import { findHub, type Hub } from "./hub.ts";
import { missingHere } from "../objects/missing-here.ts";

/** A user of a JupyterHub, as the hub calls them: in small letters. */
export interface HubUser {
  readonly name: string;
  readonly password: string;
}

interface Users {
  readonly users: readonly [HubUser, HubUser];
}

/** What all checks of a hub name. */
export const hubSpec = {
  host: z.string().min(1).describe("The host of the hub's Ingress."),
  secret: z.string().min(1).describe("The Secret with users as keys and passwords as values."),
};

/** The hub of a host, once it says its version, and the first two users of a Secret, by their names. */
export async function findHubAndUsers(
  context: CheckContext,
  { host, secret }: { readonly host: string; readonly secret: string },
): Promise<Found<Users & { readonly hub: Hub }>> {
  const read = await readUsers(context, secret);
  if (!read.ok) return read;
  const found = await findHub(context, host);
  return found.ok ? { ok: true, hub: found.hub, users: read.users } : found;
}

/** Each with a password of their own. */
async function readUsers(context: CheckContext, name: string): Promise<Found<Users>> {
  const { kube, namespace } = context;
  const secret = await kube.read({ kind: "Secret", namespace, name });
  if (!secret) return { ok: false, findings: [await missingHere(context, { kind: "Secret", name })] };
  const users = Object.entries(secret.data ?? {})
    .map(([key, value]) => ({ name: key.toLowerCase(), password: decode(value) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const [first, second] = users;
  const finding = (expected: string, actual: string, message: string): Found<Users> => ({
    ok: false,
    findings: [
      {
        ...{ object: `Secret/${name}`, path: "data", expected, actual, message },
        next: `kubectl -n ${namespace} describe secret ${name}`,
      },
    ],
  });
  if (!first || !second) {
    const there = users.length === 0 ? "none" : users.map((user) => user.name).join(", ");
    const message = `Secret ${name} names ${there === "none" ? "nobody" : `only ${there}`}: two users are asked for, each a key with a password as its value.`;
    return finding("two users", there, message);
  }
  const empty = users.find(({ password }) => password === "");
  if (empty) {
    const message = `The password of ${empty.name} in Secret ${name} is empty, and with that nobody gets in.`;
    return finding("a password for each user", "an empty one", message);
  }
  if (first.password === second.password) {
    const message = `In Secret ${name}, ${first.name} and ${second.name} have the same password: each is asked to have one of their own.`;
    return finding("a password for each user", "one for both", message);
  }
  return { ok: true, users: [first, second] };
}

/** An editor's newline at the end of a file is no part of a password. */
function decode(value: string): string {
  return Buffer.from(value, "base64").toString("utf8").trim();
}
