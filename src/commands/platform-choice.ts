import type { Ports } from "../engine/engine.ts";
import type { PlatformChoice } from "../platform.ts";
import { UsageError } from "../errors.ts";
import type { GlobalArgs } from "./command.ts";

/** The platform that the command line asks for. @throws UsageError for a port that is none. */
export function platformChoice(args: GlobalArgs): PlatformChoice {
  return {
    cluster: args.cluster,
    engine: args.engine,
    images: args.images,
    ...(args.charts === undefined ? {} : { charts: args.charts }),
    ports: {
      ...port("api", args.apiPort),
      ...port("http", args.httpPort),
      ...port("https", args.httpsPort),
      ...port("registry", args.registryPort),
    },
    ...(args.context === undefined ? {} : { context: args.context }),
    ...(args.kubeconfig === undefined ? {} : { kubeconfig: args.kubeconfig }),
  };
}

function port(use: keyof Ports, value: number | undefined): Partial<Ports> {
  if (value === undefined) return {};
  if (Number.isInteger(value) && value > 0 && value < 65_536) return { [use]: value };
  throw new UsageError({
    message: `--${use}-port is no port number.`,
    lastSeen: String(value),
    hint: `Choose one between 1 and 65535, for example: --${use}-port 18080`,
  });
}
