import yargs, { type Argv } from "yargs";
import { didYouMean } from "../did-you-mean.ts";
import { UsageError } from "../errors.ts";
import type { Command, GlobalArgs } from "./command.ts";
import { describeTimeout } from "./default-timeout.ts";
import { globalOptions, optionsFromEnvironment } from "./global-options.ts";

export interface CommandLine {
  readonly argv: readonly string[];
  readonly commands: readonly Command[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `--version` prints. */
  readonly version: string;
  /** Columns of the terminal that help is written for. */
  readonly columns: number;
  /** Names for completion where a lab is expected. */
  labNames(): Promise<readonly string[]>;
}

/** A command to run, or text that answers by itself (`--help`, `--version`, completion). */
export type Parsed =
  | { readonly kind: "run"; readonly command: Command; readonly args: GlobalArgs }
  | { readonly kind: "text"; readonly text: string };

/** What the completion script calls labctl with. */
const completionFlag = "--get-yargs-completions";

/** @throws UsageError with the nearest command, or what yargs found wrong. */
export async function parseCommandLine(line: CommandLine): Promise<Parsed> {
  const chosen: { command?: Command } = {};
  const parser = createParser(line, (command) => (chosen.command = command));
  if (line.argv[0] === completionFlag) {
    // Not through parse, which does not wait for names that are read from a folder.
    return { kind: "text", text: `${(await parser.getCompletion([...line.argv.slice(1)])).join("\n")}\n` };
  }
  let text = "";
  const args = (await parser.parseAsync([...line.argv], {}, (_error, _args, output) => {
    text += output;
  })) as unknown as GlobalArgs & { readonly _: readonly (string | number)[] };
  if (text !== "") return { kind: "text", text: `${text}\n` };
  if (chosen.command) {
    requireNames(args);
    return { kind: "run", command: chosen.command, args };
  }
  const word = args._[0];
  if (word !== undefined) throw unknownCommand(String(word), line.commands);
  return { kind: "text", text: `${await parser.getHelp()}\n` };
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Both become parts of paths, and of names of containers. */
function requireNames({ cluster, namespace }: GlobalArgs): void {
  for (const [flag, value] of Object.entries({ cluster, namespace })) {
    if (value === undefined || dnsLabel.test(value)) continue;
    throw new UsageError({
      message: `--${flag} is no name that Kubernetes takes.`,
      lastSeen: value,
      hint: `Small letters, digits and hyphens, 63 at most, a letter or digit at both ends: --${flag} team-1`,
    });
  }
}

function createParser(line: CommandLine, choose: (command: Command) => void): Argv {
  const parser = yargs()
    .scriptName("labctl")
    .usage("$0 <command>\n\nOrchestration labs that run and are graded on a real Kubernetes cluster.")
    .wrap(Math.min(110, line.columns))
    .options(globalOptions)
    .config(optionsFromEnvironment(line.env))
    .help()
    .alias("h", "help")
    .version(line.version)
    .exitProcess(false)
    .showHelpOnFail(false)
    .strictOptions()
    .epilogue("Start here: labctl up, then: labctl list")
    .fail((message: string, error: Error | undefined) => {
      throw error ?? usage(message, line.argv);
    })
    .completion("completion", "Print a completion script for bash or zsh", completion(line));
  for (const command of line.commands) register(parser, command, choose);
  return parser;
}

function register(parser: Argv, command: Command, choose: (command: Command) => void): void {
  parser.command(
    command.usage,
    command.summary,
    (own) => {
      own.usage(`$0 ${command.usage}\n\n${command.description ?? command.summary}`);
      for (const [name, positional] of Object.entries(command.positionals ?? {}))
        own.positional(name, positional);
      for (const [example, does] of command.examples ?? []) own.example(example, does);
      return own
        .option("timeout", { ...globalOptions.timeout, defaultDescription: describeTimeout(command) })
        .options(command.options ?? {})
        .epilogue("")
        .strict();
    },
    () => {
      choose(command);
    },
  );
}

/** Completes lab names where a command takes a lab; everything else is yargs's own. */
function completion(line: CommandLine): FallbackCompletionFunction {
  return (current, args, fallback, done) => {
    const words = (args as { _?: unknown[] })._ ?? [];
    const command = line.commands.find((each) => commandName(each) === words[1]);
    const takesLab = command !== undefined && /[<[]labs?[.\]>]/.test(command.usage);
    if (!takesLab || current.startsWith("-")) return void fallback();
    line.labNames().then(
      (names) => done([...names]),
      () => done([]),
    );
  };
}

type FallbackCompletionFunction = (
  current: string,
  args: unknown,
  fallback: () => unknown,
  done: (names: string[]) => unknown,
) => void;

function unknownCommand(word: string, commands: readonly Command[]): UsageError {
  const names = commands.map(commandName);
  const near = didYouMean(word, names);
  return new UsageError({
    message: `There is no command "${word}".`,
    ...(near === undefined ? {} : { lastSeen: `Did you mean "${near}"?` }),
    hint: near === undefined ? "Run: labctl --help" : `Run: labctl ${near} --help`,
  });
}

/** `check [labs..]` → `check`. */
export function commandName(command: Command): string {
  return command.usage.split(" ")[0] ?? command.usage;
}

function usage(message: string, argv: readonly string[]): UsageError {
  return new UsageError({
    message: message.split("\n")[0] ?? message,
    lastSeen: `labctl ${argv.join(" ")}`,
    hint: `Run: labctl ${argv[0]?.startsWith("-") === false ? `${argv[0]} ` : ""}--help`,
  });
}
