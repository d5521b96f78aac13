import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/errors.ts";
import { ensureDiskSpace } from "../../../src/images/disk-space.ts";
import { projectFolder } from "../../support/project-folder.ts";

const free = (gibibytes: number) => async (): Promise<number> => gibibytes * 1024 ** 3;

describe("ensureDiskSpace", () => {
  it("asks for 18 GiB before a first build and says what is there", async () => {
    await using home = await projectFolder({});
    const error = await ensureDiskSpace(home.path, free(17.5)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({
      message: `Building the images needs 18 GiB of disk at ${home.path}.`,
      lastSeen: "17.5 GiB are free there",
    });
    await ensureDiskSpace(home.path, free(18));
  });

  it("asks for less once the Go caches are there", async () => {
    await using home = await projectFolder({ "cache/go/build/x": "" });
    await ensureDiskSpace(home.path, free(6));
    await expect(ensureDiskSpace(home.path, free(4))).rejects.toThrow("needs 5 GiB");
  });
});
