import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import tar, { type Pack } from "tar-stream";
import { isExecutable } from "../oci/content-digest.ts";
import { sourceDateEpoch } from "./sources/source-date.ts";
import type { ContextEntry } from "./sources/source.ts";

/**
 * What the engine builds from, as one tar stream: nothing is copied on disk. Owner, times and modes are the same on
 * every machine, so that the same content gives the same layers. A file that cannot be read ends it with an error.
 */
export function buildContext(entries: readonly ContextEntry[]): Readable {
  const pack = tar.pack();
  writeAll(pack, entries).then(
    () => {
      pack.finalize();
    },
    (error: unknown) => {
      pack.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return Readable.from(pack, { objectMode: false });
}

async function writeAll(pack: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) await write(pack, entry);
}

async function write(pack: Pack, { from, to }: ContextEntry): Promise<void> {
  const found = await lstat(from);
  const mtime = new Date(sourceDateEpoch * 1000);
  if (found.isDirectory()) {
    if (to !== ".") pack.entry({ name: to, type: "directory", mode: 0o755, mtime });
    for (const name of (await readdir(from)).sort()) {
      await write(pack, { from: join(from, name), to: to === "." ? name : `${to}/${name}` });
    }
  } else if (found.isSymbolicLink()) {
    pack.entry({ name: to, type: "symlink", linkname: await readlink(from), mtime });
  } else if (found.isFile()) {
    const mode = isExecutable(found.mode) ? 0o755 : 0o644;
    await pipeline(createReadStream(from), pack.entry({ name: to, size: found.size, mode, mtime }));
  }
}
