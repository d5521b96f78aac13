import { join } from "node:path";

/** Variables that keep Helm's repositories, caches and logins in labctl's own folder. */
export interface HelmHomes {
  readonly HELM_CACHE_HOME: string;
  readonly HELM_CONFIG_HOME: string;
  readonly HELM_DATA_HOME: string;
}

/** @param home labctl's own folder. */
export function helmHomes(home: string): HelmHomes {
  const folder = (name: string): string => join(home, "helm", name);
  return {
    HELM_CACHE_HOME: folder("cache"),
    HELM_CONFIG_HOME: folder("config"),
    HELM_DATA_HOME: folder("data"),
  };
}
