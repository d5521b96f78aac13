import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SourceContext } from "../../src/images/sources/source.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeDocker } from "./fake-docker.ts";
import { FakeExec } from "./fake-exec.ts";

/** What a source of a recipe on debian-12 is given, with its cache and scratch below `folder`. */
export function sourceContext(
  folder: string,
  parts: Partial<Omit<SourceContext, "exec" | "docker">> & {
    readonly exec?: FakeExec;
    readonly docker?: FakeDocker;
  } = {},
): SourceContext {
  const scratch = join(folder, "scratch");
  mkdirSync(scratch, { recursive: true });
  return {
    exec: new FakeExec(),
    docker: new FakeDocker(),
    clock: new FakeClock(Date.now()),
    env: {},
    cache: join(folder, "cache"),
    folder,
    parent: "labctl/debian-12:latest",
    scratch,
    tagsOf: (name) => [`labctl/${name}:latest`],
    renew: false,
    label: () => undefined,
    detail: () => undefined,
    ...parts,
  };
}
