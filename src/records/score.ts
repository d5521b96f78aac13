/**
 * The last score of a lab, as it is kept in the lab's state. Whoever may write there can write any score, so one
 * counts only with a proof: an HMAC under a key of labctl's home, over the score and what it is about.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import type { KubeReads } from "../kube/kube.ts";
import type { LabState } from "./state.ts";

const text = z.string();

const score = z.object({
  score: z.number(),
  maxScore: z.number(),
  /** When the check began; RFC 3339, UTC. */
  at: text,
  exercises: z.array(z.object({ id: text, status: text, score: z.number(), points: z.number() })).readonly(),
});

export type Score = Readonly<z.infer<typeof score>>;

const proven = score.extend({ proof: z.object({ key: text, hmac: text }) });

/** What a score is about. The cluster and the attempt are in it, so that it holds for no other of them. */
export interface Graded extends Pick<LabState, "lab" | "namespace" | "startedAt" | "seed"> {
  /** The cluster's UID. */
  readonly cluster: string;
}

/** The UID of a cluster: that of its namespace kube-system, which lives as long as it does. */
export async function readClusterUid(kube: KubeReads): Promise<string> {
  const found = await kube.read({ kind: "Namespace", name: "kube-system" });
  return found?.metadata.uid ?? "";
}

/** The score as a lab's state keeps it. */
export function proveScore(key: string, graded: Graded, scored: Score): unknown {
  return { ...scored, proof: { key: nameOf(key), hmac: hmacOf(key, graded, scored) } };
}

export type JudgedScore =
  | { readonly is: "graded"; readonly score: Score }
  /** With another key: of another machine, or another home. Nothing can be said of it. */
  | { readonly is: "graded-elsewhere" }
  | { readonly is: "changed-by-hand" };

/** What a stored score is worth here. @param key undefined: this labctl has none. */
export function judgeScore(key: string | undefined, graded: Graded, stored: unknown): JudgedScore {
  const read = proven.safeParse(stored);
  if (!read.success) return { is: "changed-by-hand" };
  const { proof, ...scored } = read.data;
  if (key === undefined || proof.key !== nameOf(key)) return { is: "graded-elsewhere" };
  if (proof.hmac !== hmacOf(key, graded, scored)) return { is: "changed-by-hand" };
  return { is: "graded", score: scored };
}

/** Tells one key from another, and tells nothing of it. */
function nameOf(key: string): string {
  return sign(key, "which key").slice(0, 16);
}

function hmacOf(key: string, { cluster, lab, namespace, startedAt, seed }: Graded, scored: Score): string {
  const exercises = scored.exercises.map(({ id, status, score: own, points }) => [id, status, own, points]);
  const total = [scored.score, scored.maxScore, scored.at, exercises];
  return sign(key, JSON.stringify(["score", 1, cluster, lab, namespace, startedAt, seed, ...total]));
}

function sign(key: string, content: string): string {
  return createHmac("sha256", Buffer.from(key, "hex")).update(content).digest("hex");
}
