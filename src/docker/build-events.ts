import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { EnvironmentError } from "../errors.ts";
import type { OnDetail } from "./docker.ts";

const keptLines = 20;

/** What else there may be says nothing of the build. */
const buildEvent = z.object({ stream: z.string().optional(), error: z.string().optional() }).catch({});

/**
 * Reads a build's events to their end. The engine answers 200 before the first step and tells a failure only here.
 * @throws EnvironmentError that names the failing step, with the last lines of its output.
 */
export async function followBuild(
  events: AsyncIterable<unknown>,
  tag: string,
  onDetail: OnDetail,
): Promise<void> {
  let step = "before its first step";
  let lines: string[] = [];
  for await (const told of events) {
    const event = buildEvent.parse(told);
    if (event.error !== undefined) throw failedStep({ tag, step, lines: [...lines, event.error] });
    for (const line of linesOf(event.stream ?? "")) {
      if (/^Step \d+\/\d+ : /.test(line)) {
        step = line;
        lines = [];
        onDetail(line);
      } else {
        lines = [...lines, line].slice(-keptLines);
        onDetail(`${step.split(" : ")[0] ?? step}: ${line}`);
      }
    }
  }
}

/** Without colours, and without what the builder says about its own containers. */
function linesOf(output: string): readonly string[] {
  const lines = stripVTControlCharacters(output).split("\n");
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !/^( ---> |Removing intermediate container )/.test(line));
}

function failedStep(failure: {
  readonly tag: string;
  readonly step: string;
  readonly lines: readonly string[];
}): EnvironmentError {
  return new EnvironmentError({
    message: `Building ${failure.tag} failed at ${failure.step}`,
    lastSeen: failure.lines.join("\n"),
    hint: "Correct the image's recipe in images/, then run: labctl images build",
  });
}
