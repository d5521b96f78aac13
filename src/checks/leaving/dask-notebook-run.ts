import { z } from "zod";
import type { Executed, Jupyter } from "../../jupyter/jupyter.ts";

/** A notebook's code, up to what sets its parameters, and from there on. */
export interface Cells {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** https://nbformat.readthedocs.io/en/latest/format_description.html */
const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);
const notebook = z.object({
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: text,
      metadata: z.object({ tags: z.array(z.string()).default([]) }).prefault({}),
    }),
  ),
});

/** The code cells; undefined for what is no notebook, or has no cell tagged `parameters`. */
export function parseNotebook(json: string): Cells | undefined {
  const parsed = notebook.safeParse(asJson(json)).data;
  const code = (parsed?.cells ?? []).filter(({ cell_type }) => cell_type === "code");
  const at = code.findIndex(({ metadata }) => metadata.tags.includes("parameters"));
  if (at < 0) return undefined;
  const sources = code.map(({ source }) => source);
  return { before: sources.slice(0, at + 1), after: sources.slice(at + 1) };
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

interface RunOptions {
  readonly jupyter: Jupyter;
  readonly cells: Cells;
  /** Take the place of those that the notebook sets. */
  readonly numbers: readonly number[];
  /** `dask-scheduler:8786` */
  readonly scheduler: string;
  readonly mark: string;
}

export type NotebookRun =
  /** `ran`: worker and key of each task that the scheduler has recorded meanwhile. */
  | { readonly ok: true; readonly answer: string; readonly ran: [string, string][] }
  /** `where`: "Cell 3", or what else it was. */
  | { readonly ok: false; readonly where: string; readonly why: string };

/** The cells of the notebook wait for workers, and import Dask. */
const cellMs = 90_000;

/** Runs the cells in one kernel; another one, labctl's own, reads the scheduler's record before and after. */
export async function runNotebook({ jupyter, ...options }: RunOptions): Promise<NotebookRun> {
  const [recorder, kernel] = [await jupyter.startKernel(), await jupyter.startKernel()];
  if (!recorder.ok) return { ok: false, where: "The start of a kernel", why: recorder.why };
  await using record = recorder.value;
  if (!kernel.ok) return { ok: false, where: "The start of a kernel", why: kernel.why };
  await using own = kernel.value;
  const began = await record.execute(openRecord(options.scheduler), { withinMs: cellMs });
  if (!began.ok) return { ok: false, where: `A look at the scheduler beside`, why: began.why };
  const parameters = `numbers = ${JSON.stringify(options.numbers)}`;
  const { before, after } = options.cells;
  for (const [index, cell] of [...before, parameters, ...after].entries()) {
    const done = await own.execute(cell, { withinMs: cellMs });
    const number = index < before.length ? index + 1 : index;
    if (!done.ok) return { ok: false, where: `Code cell ${String(number)}`, why: done.why };
  }
  const answer = await own.execute(`print("${options.mark}" + str(answer))`, { withinMs: cellMs });
  if (!answer.ok) return { ok: false, where: "The answer", why: answer.why };
  const ended = await record.execute(readRecord(options.mark), { withinMs: cellMs });
  if (!ended.ok) return { ok: false, where: "A look at the scheduler beside", why: ended.why };
  return { ok: true, answer: behind(answer, options.mark), ran: parseRecord(behind(ended, options.mark)) };
}

function openRecord(scheduler: string): string {
  return `from distributed import Client
labctl_client = Client("${scheduler}", timeout=20)
labctl_before = len(labctl_client.get_task_stream())`;
}

function readRecord(mark: string): string {
  return `import json
labctl_ran = labctl_client.get_task_stream()[labctl_before:]
print("${mark}" + json.dumps([[each["worker"], str(each["key"])] for each in labctl_ran]))`;
}

function behind({ output }: Executed, mark: string): string {
  const line = output.split("\n").find((each) => each.startsWith(mark));
  return line?.slice(mark.length).trim() ?? "";
}

const record = z.array(z.tuple([z.string(), z.string()]));

function parseRecord(json: string): [string, string][] {
  return record.safeParse(asJson(json)).data ?? [];
}
