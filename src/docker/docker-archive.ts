import tar from "tar-stream";
import { mebibyte, readBounded } from "../bounded.ts";

/** Bytes of a file that is read whole: those that are (dpkg's lists of packages) have a few MiB. */
const maxFileBytes = 64 * mebibyte;

/**
 * The content of the first regular file of a tar archive, read to its end; undefined when it has none.
 * @param maxBytes of the file; 64 MiB by default.
 * @throws EnvironmentError when it is longer.
 */
export async function firstFile(
  archive: NodeJS.ReadableStream,
  maxBytes = maxFileBytes,
): Promise<Buffer | undefined> {
  const extract = archive.pipe(tar.extract());
  archive.once("error", (cause: Error) => {
    extract.destroy(cause);
  });
  let content: Buffer | undefined;
  for await (const entry of extract) {
    if (content === undefined && entry.header.type === "file")
      content = await readWhole(entry as AsyncIterable<Buffer>, { name: entry.header.name, maxBytes });
    else entry.resume();
  }
  return content;
}

interface File {
  readonly name: string;
  readonly maxBytes: number;
}

function readWhole(entry: AsyncIterable<Uint8Array>, { name, maxBytes }: File): Promise<Buffer> {
  const hint = "See what it stands on with: labctl doctor";
  return readBounded(entry, { name: `The file ${name} of an image`, hint, maxBytes });
}
