import { Readable } from "node:stream";
import tar from "tar-stream";
import { expect, it } from "vitest";
import { firstFile } from "../../../src/docker/docker-archive.ts";

it("reads the first file, past folders and links, of an archive with more in it", async () => {
  const pack = tar.pack();
  pack.entry({ name: "dpkg", type: "directory" });
  pack.entry({ name: "link", type: "symlink", linkname: "status" });
  pack.entry({ name: "status" }, "x".repeat(100_000));
  pack.entry({ name: "status-old" }, "y");
  pack.finalize();
  expect((await firstFile(Readable.from(pack)))?.toString()).toBe("x".repeat(100_000));
});

it("reads no file that is longer than it may be", async () => {
  const pack = tar.pack();
  pack.entry({ name: "status" }, "x".repeat(100_000));
  pack.finalize();
  await expect(firstFile(Readable.from(pack), 1000)).rejects.toThrow(
    "The file status of an image sent more than the 1000 bytes that labctl reads.",
  );
});
