import type { Deps } from "../deps.ts";

/** `-o`, for commands whose result is data. */
export const outputOption = {
  output: {
    type: "string",
    alias: "o",
    choices: ["text", "json", "yaml"] as const,
    default: "text",
    describe: "Form of the result",
  },
} as const;

interface Output<T> {
  readonly format: string;
  readonly data: T;
  /** The form for people, ending with a line feed. */
  readonly text: (data: T) => string;
}

/** Writes a result on stdout in the form that was asked for. */
export async function writeOutput<T>({ format, data, text }: Output<T>, deps: Deps): Promise<void> {
  deps.streams.out.write(await renderOutput({ format, data, text }));
}

async function renderOutput<T>({ format, data, text }: Output<T>): Promise<string> {
  if (format === "json") return `${JSON.stringify(data, undefined, 2)}\n`;
  if (format !== "yaml") return text(data);
  const { writeYaml } = await import("../yaml/plain-yaml.ts");
  return writeYaml(data, { skipInvalid: true });
}
