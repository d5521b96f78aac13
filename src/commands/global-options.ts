import type { Options } from "yargs";
import { defaultPorts } from "../engine/engine.ts";

const clusterGroup = "Cluster:";

/**
 * Options of every command. Each but `verbose` and `quiet` has an environment variable of the same name
 * (`--api-port`: `LABCTL_API_PORT`); the command line wins.
 */
export const globalOptions = {
  cluster: option("Name of the lab cluster", "labctl"),
  context: {
    type: "string",
    group: clusterGroup,
    describe: "A cluster that labctl did not make: its kubeconfig context",
  },
  kubeconfig: { type: "string", group: clusterGroup, describe: "The kubeconfig file that holds --context" },
  "credential-program": {
    type: "boolean",
    default: false,
    group: clusterGroup,
    describe: "Run the program that the kubeconfig of --context names for credentials",
  },
  namespace: {
    type: "string",
    alias: "n",
    group: clusterGroup,
    describe: "The lab's namespace instead of its own (lab-ID)",
  },
  engine: {
    ...option("Where containers run: your Docker, or one that labctl starts", "auto"),
    choices: ["auto", "host", "private"] as const,
  },
  images: {
    ...option("Where images come from: pulled, or built from apt, pip, npm and Go modules", "auto"),
    choices: ["auto", "upstream", "packages"] as const,
  },
  charts: {
    type: "string",
    group: clusterGroup,
    describe: "Which Helm charts labs install: labctl's own, or the published ones with labctl's values",
    choices: ["own", "upstream"] as const,
    defaultDescription: "what the cluster was brought up with, own for a new one",
  },
  "api-port": port("the Kubernetes API", defaultPorts.api),
  "http-port": port("HTTP through the ingress controller", defaultPorts.http),
  "https-port": port("HTTPS through the ingress controller", defaultPorts.https),
  "registry-port": port("the lab registry", defaultPorts.registry),
  timeout: { type: "string", describe: "Give up after this long: 90s, 10m, 1h" },
  verbose: { type: "boolean", default: false, describe: "Show where an error came from" },
  quiet: { type: "boolean", alias: "q", default: false, describe: "No progress on stderr, only errors" },
} as const satisfies Record<string, Options>;

export type GlobalOptions = typeof globalOptions;

/** Values of the environment, as yargs takes them from a configuration file: below the command line, above defaults. */
export function optionsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(globalOptions)) {
    if (name === "verbose" || name === "quiet") continue;
    const value = env[environmentVariable(name)];
    if (value !== undefined && value !== "") values[name] = value;
  }
  return values;
}

/** `api-port` → `LABCTL_API_PORT`. */
export function environmentVariable(option: string): string {
  return `LABCTL_${option.toUpperCase().replaceAll("-", "_")}`;
}

function option<const D extends string>(describe: string, value: D) {
  return { type: "string", group: clusterGroup, describe, default: value } as const;
}

function port(what: string, value: number) {
  return {
    type: "number",
    group: clusterGroup,
    describe: `Port of 127.0.0.1 for ${what}`,
    defaultDescription: `what the cluster has, ${String(value)} for a new one`,
  } as const;
}
