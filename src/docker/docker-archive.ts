import { buffer } from "node:stream/consumers";
import tar from "tar-stream";

/** The content of the first regular file of a tar archive, read to its end; undefined when it has none. */
export async function firstFile(archive: NodeJS.ReadableStream): Promise<Buffer | undefined> {
  const extract = archive.pipe(tar.extract());
  archive.once("error", (cause: Error) => {
    extract.destroy(cause);
  });
  let content: Buffer | undefined;
  for await (const entry of extract) {
    if (content === undefined && entry.header.type === "file") content = await buffer(entry);
    else entry.resume();
  }
  return content;
}
