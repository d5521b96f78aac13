import { existsSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { rootfs } from "../../../../src/images/sources/rootfs.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeExec } from "../../../support/fake-exec.ts";
import { projectFolder } from "../../../support/project-folder.ts";
import { sourceContext } from "../../../support/source-context.ts";

const spec = { suite: "bookworm", to: "rootfs.tar", include: ["ca-certificates"] };
const day = 24 * 60 * 60 * 1000;

let published: string;
let isOffline: boolean;
beforeEach(() => {
  published = "Date: Sat, 11 Jul 2026 10:16:37 UTC\nDate: Thu, 26 Nov 2026 02:14:46 UTC\n";
  isOffline = false;
});

/** An mmdebstrap that writes how often it was run. */
function fakeDebian(): FakeExec {
  let made = 0;
  return new FakeExec((command) => {
    const target = command.find((word) => word.endsWith("/rootfs.tar"));
    if (target === undefined) return {};
    if (isOffline) return { exitCode: 1, stderr: "E: Could not resolve 'mirror.example'" };
    made += 1;
    writeFileSync(target, `base ${String(made)}`);
    const dates = command.find((word) => word.startsWith("LABCTL_DATES="))?.slice("LABCTL_DATES=".length);
    expect(dirname(dates ?? "")).toBe(dirname(target));
    if (published !== "") writeFileSync(dates ?? "", published);
    return {};
  });
}

async function workplace(renew = false) {
  const folder = await projectFolder({});
  const clock = new FakeClock(Date.UTC(2026, 10, 28));
  const exec = fakeDebian();
  const labels: Record<string, string> = {};
  const told: string[] = [];
  const context = (anew = renew) =>
    sourceContext(folder.path, {
      exec,
      clock,
      renew: anew,
      label: (key, value) => void (labels[key] = value),
      detail: (text) => told.push(text),
    });
  const base = async (anew = renew): Promise<string> => {
    const [entry] = await rootfs.prepare(spec, context(anew));
    return await readFile(entry?.from ?? "", "utf8");
  };
  return {
    folder,
    clock,
    exec,
    labels,
    told,
    base,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe("rootfs", () => {
  it("is made once, as root, with a fixed date", async () => {
    await using place = await workplace();
    expect(await place.base()).toBe("base 1");
    expect(await place.base()).toBe("base 1");
    const runs = place.exec.ran.filter((line) => line.includes("mmdebstrap --variant=minbase"));
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatch(/^env SOURCE_DATE_EPOCH=1767225600 LABCTL_DATES=\S+ mmdebstrap /);
    expect(runs[0]).toContain("--include=ca-certificates -- bookworm ");
    expect(place.exec.options.at(-1)).toMatchObject({ root: true });
  });

  it("labels the image with the newest day that Debian signed, and not with today", async () => {
    await using place = await workplace();
    await place.base();
    expect(place.labels).toEqual({ "labctl.dev/debian": "2026-11-26T02:14:46.000Z" });
  });

  it("claims no day where Debian told none, and is not made again for it", async () => {
    published = "";
    await using place = await workplace();
    expect([await place.base(), await place.base()]).toEqual(["base 1", "base 1"]);
    expect(place.labels).toEqual({});
  });

  it("is made again when a build needs one that is older than a week", async () => {
    await using place = await workplace();
    await place.base();
    await place.clock.sleep(4 * day);
    expect(await place.base()).toBe("base 1");
    await place.clock.sleep(2 * day);
    published = "Date: Fri, 04 Dec 2026 02:14:46 UTC\n";
    expect(await place.base()).toBe("base 2");
    expect(place.labels).toEqual({ "labctl.dev/debian": "2026-12-04T02:14:46.000Z" });
  });

  it("stays what it is where Debian is out of reach, however old, and says so", async () => {
    await using place = await workplace();
    await place.base();
    await place.clock.sleep(400 * day);
    isOffline = true;
    expect(await place.base()).toBe("base 1");
    expect(place.labels).toEqual({ "labctl.dev/debian": "2026-11-26T02:14:46.000Z" });
    expect(place.told.at(-1)).toBe(
      "Debian bookworm cannot be brought: apt is out of reach. The one of before is taken.",
    );
  });

  it("is made again on wish, and fails without taking the old one away", async () => {
    await using place = await workplace();
    await place.base();
    expect(await place.base(true)).toBe("base 2");
    isOffline = true;
    await expect(place.base(true)).rejects.toThrow("apt is out of reach");
    expect(existsSync(join(place.folder.path, "cache/rootfs"))).toBe(true);
    expect(await place.base(false)).toBe("base 2");
  });
});
