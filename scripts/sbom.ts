/** `node scripts/sbom.ts FILE`: writes the software bill of materials, with what the images on this machine have of Debian. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ImagePackages } from "../src/images/images.ts";
import { makeSbom } from "./sbom/make-sbom.ts";

const project = dirname(import.meta.dirname);
const [file = join(project, "dist", "sbom.cdx.json")] = process.argv.slice(2);
const debian = await imagePackages();
await mkdir(dirname(file), { recursive: true });
await writeFile(file, await makeSbom(project, debian));
process.stdout.write(`${file}: with Debian's packages of ${String(debian.length)} images\n`);

/** None where no engine runs; the SBOM then says that they are unknown. */
async function imagePackages(): Promise<readonly ImagePackages[]> {
  const command = ["images", "packages", "--output", "json"];
  try {
    const { stdout } = await promisify(execFile)(join(project, "labctl"), command, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as readonly ImagePackages[];
  } catch (error) {
    process.stderr.write(
      `The images were not asked: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return [];
  }
}
