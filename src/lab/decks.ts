import { join } from "node:path";
import { z } from "zod";
import type { LabProblem } from "../errors.ts";
import { exists } from "../exists.ts";
import { readPlainText } from "../plain-files.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";

const text = z.string().trim().min(1);

const deck = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: text,
  authors: z.array(text).min(1),
  headings: z.array(text).min(1),
});

const decksFile = z.strictObject({ decks: z.array(deck) });

/** One set of slides of the lecture that labs come from. */
export type Deck = z.infer<typeof deck>;

/**
 * `decks.yaml` beside the labs: what a lab's `source` may name.
 * @param root the folder with the labs.
 * @returns no decks where there is none, or it is broken: then sources are not looked at.
 */
export async function loadDecks(
  root: string,
): Promise<{ readonly decks?: readonly Deck[]; readonly problems: readonly LabProblem[] }> {
  const file = "decks.yaml";
  if (!(await exists(join(root, file)))) return { problems: [] };
  const parsed = parseYaml(decksFile, await readPlainText(join(root, file), file), file);
  return parsed.ok ? { decks: parsed.value.decks, problems: [] } : { problems: parsed.problems };
}

/** What is wrong with a `deck:heading`; undefined where the lecture has it. */
export function sourceProblem(source: string, decks: readonly Deck[]): string | undefined {
  const id = source.split(":", 1)[0] ?? "";
  const heading = source.slice(id.length + 1);
  const found = decks.find((each) => each.id === id);
  if (!found) return `decks.yaml has no deck ${id}; it has ${decks.map((each) => each.id).join(", ")}`;
  return found.headings.includes(heading) ? undefined : `the deck ${id} has no heading "${heading}"`;
}
