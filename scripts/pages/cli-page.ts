import type { Options, PositionalOptions } from "yargs";
import type { Command } from "../../src/commands/command.ts";
import { describeTimeout } from "../../src/commands/default-timeout.ts";
import { environmentVariable, globalOptions } from "../../src/commands/global-options.ts";
import { exitCodes } from "../../src/errors.ts";
import { renderMarkdownTable } from "./markdown-table.ts";

const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done, or every exercise passed",
  checkFailed: "a check failed",
  usage: "wrong usage, or a bad lab file",
  environment: "the environment (Docker, cluster, disk, network) is in the way; an errored check counts here",
  bug: "a bug in labctl",
  interrupted: "interrupted",
};

/** docs/cli.md: every command with its options, from the same data as `--help`. */
export function renderCliPage(commands: readonly Command[]): string {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return (
    [
      "# The command line",
      "Generated from `src/commands/`; change it there, then run `make generate`.",
      "Results are on stdout, progress and talk on stderr.",
      renderMarkdownTable(
        ["command", "does"],
        commands.map(({ usage, summary }) => [`[\`${usage}\`](#${anchor(usage)})`, summary]),
      ),
      "## Exit codes",
      renderMarkdownTable(
        ["code", "means"],
        names.map((name) => [String(exitCodes[name]), exitCodeMeanings[name]]),
      ),
      "## Options of every command",
      "The command line wins over the environment variable.",
      renderMarkdownTable(
        ["option", "default", "environment", "is"],
        Object.entries(globalOptions).map(globalRow),
      ),
      ...commands.map(renderCommand),
      "## completion",
      'Print a completion script for bash or zsh: `eval "$(labctl completion)"`.',
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}

function renderCommand(command: Command): string {
  const { usage, summary, description, positionals = {}, options = {}, examples = [], timeout } = command;
  const rows = [
    ...Object.entries(positionals).map(([name, option]) => [`\`<${name}>\``, ...optionCells(option)]),
    ...Object.entries(options).map(([name, option]) => [optionName(name, option), ...optionCells(option)]),
  ];
  return [
    `## ${usage}`,
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    ...(timeout ? [`It gives up after ${describeTimeout(command)}; \`--timeout\` says otherwise.`] : []),
    ...(rows.length > 0 ? [renderMarkdownTable(["argument", "default", "is"], rows)] : []),
    ...(examples.length > 0 ? [renderExamples(examples)] : []),
  ].join("\n\n");
}

function renderExamples(examples: NonNullable<Command["examples"]>): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return ["```sh", ...examples.map(([line, does]) => `${line.padEnd(width)}  # ${does}`), "```"].join("\n");
}

function globalRow([name, option]: readonly [string, Options]): readonly string[] {
  const [value = "", describe = ""] = optionCells(option);
  const variable = name === "verbose" || name === "quiet" ? "" : `\`${environmentVariable(name)}\``;
  return [optionName(name, option), value, variable, describe];
}

function optionName(name: string, { alias }: Options): string {
  return typeof alias === "string" ? `\`--${name}\`, \`-${alias}\`` : `\`--${name}\``;
}

function optionCells(option: Options | PositionalOptions): readonly string[] {
  const { describe, choices } = option as Options;
  const value = option.default as unknown;
  const all = choices ? ` (${choices.map(String).join(", ")})` : "";
  // A list's default is empty, and a switch's is off: nothing to tell.
  const shown = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return [shown, `${typeof describe === "string" ? describe : ""}${all}`.trim()];
}

/** As GitHub makes it from a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}
