import { join } from "node:path";
import type { Places } from "../places.ts";
import { ensureDiskSpace } from "../images/disk-space.ts";
import { goBinaries, locateGoBinaries } from "../images/sources/go-binaries.ts";
import type { Workshop } from "../images/sources/source.ts";
import type { Progress } from "../terminal/progress.ts";
import { ensureLink } from "./ensure-link.ts";
import { loadTool } from "./load-tool.ts";

export interface HostToolsParts extends Omit<Workshop, "cache"> {
  readonly places: Places;
  /** Bytes free at a path; asked before something is compiled. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

/**
 * Puts programs into `<labctl home>/bin`, each a link to a compiled one in the cache; nothing where the link is right.
 * @param names folders of `tools/`: kind, kubectl.
 * @throws UsageError for an unknown name. @throws EnvironmentError without Go or the Go module proxy.
 * @throws LabDefinitionError for a tool.yaml that is not as it should be, and for links in the tool's folder or module.
 */
export async function ensureTools(
  names: readonly string[],
  parts: HostToolsParts,
  progress: Progress,
): Promise<void> {
  for (const name of names) await ensureTool(name, parts, progress);
}

async function ensureTool(name: string, parts: HostToolsParts, progress: Progress): Promise<void> {
  const { places } = parts;
  const tool = await loadTool(places.project, name);
  const workshop = { ...parts, cache: join(places.home, "cache") };
  const programs = { ...tool, packages: { [name]: tool.package } };
  const [binary] = await locateGoBinaries(programs, workshop.cache);
  if (!binary) throw new Error(`nothing to compile for ${name}`);
  if (!binary.isBuilt) {
    await ensureDiskSpace(places.home, parts.freeBytes);
    await progress.step(`Compile ${name}`, (step) => goBinaries(programs, workshop, step.detail));
  }
  await ensureLink(binary.path, join(places.home, "bin", name));
}
