import { Readable } from "node:stream";
import { pack } from "tar-stream";

/** A build context of these files, by name. */
export function buildContextOf(files: Readonly<Record<string, string | Buffer>>): Readable {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, content);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
