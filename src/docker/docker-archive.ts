import { buffer } from "node:stream/consumers";
import tar from "tar-stream";

/** The content of the first regular file of a tar archive; undefined when it has none. */
export async function firstFile(archive: NodeJS.ReadableStream): Promise<Buffer | undefined> {
  const extract = archive.pipe(tar.extract());
  archive.once("error", (cause: Error) => extract.destroy(cause));
  for await (const entry of extract) {
    if (entry.header.type === "file") return buffer(entry);
    entry.resume();
  }
  return undefined;
}
