import type { PlatformChoice } from "../platform.ts";
import { UsageError } from "../errors.ts";
import type { GlobalArgs } from "./command.ts";

/** The platform that the command line asks for. @throws UsageError for a port that is none. */
export function platformChoice(args: GlobalArgs): PlatformChoice {
  return {
    cluster: args.cluster,
    engine: args.engine,
    images: args.images,
    ports: {
      api: port("api-port", args.apiPort),
      http: port("http-port", args.httpPort),
      https: port("https-port", args.httpsPort),
      registry: port("registry-port", args.registryPort),
    },
    ...(args.context === undefined ? {} : { context: args.context }),
    ...(args.kubeconfig === undefined ? {} : { kubeconfig: args.kubeconfig }),
  };
}

function port(flag: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new UsageError({
    message: `--${flag} is no port number.`,
    lastSeen: String(value),
    hint: `Choose one between 1 and 65535, for example: --${flag} 18080`,
  });
}
