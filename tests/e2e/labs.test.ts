import { beforeAll, describe, expect, test } from "vitest";
import { labNames } from "../../src/lab/lab-names.ts";
import type { Verification } from "../../src/lifecycle/verify-labs.ts";
import { formatDuration } from "../../src/terminal/duration.ts";
import { runLabctl, runLabctlAloud } from "../support/run-labctl.ts";

describe("each lab proves itself, and each of its cases gets the verdict that it has to get", async () => {
  const names = await labNames("labs");
  const proofs: Verification[] = [];
  let said = "";
  async function prove(labs: readonly string[]): Promise<void> {
    const { stdout, stderr } = await runLabctlAloud("verify", ...labs, "--cases", "-o", "json");
    said = stderr;
    const some = JSON.parse(stdout) as readonly Verification[];
    proofs.push(...some);
    for (const proof of some) process.stdout.write(`${asLine(proof)}\n`);
  }
  // No lab can be proven beside this one, which changes nodes: time for images, where they have to be built.
  const alone = "scheduling";
  beforeAll(async () => {
    await runLabctlAloud("start", alone);
    const images = runLabctlAloud("images", "prefetch");
    await prove([alone]);
    await prove(names.filter((name) => name !== alone));
    await images;
  });
  test.each(names)("%s", (name) => {
    const { problems } = proofs.find(({ lab }) => lab === name) ?? { problems: [said.slice(-2000)] };
    expect(problems, problems.join("\n")).toEqual([]);
  });
});

function asLine({
  lab,
  durationMs,
  wrongRefused: wrong,
  rightAccepted: right,
  problems,
}: Verification): string {
  const cases = `wrong ones refused ${String(wrong.good)}/${String(wrong.of)}, right ones accepted ${String(right.good)}/${String(right.of)}`;
  return `${lab}: ${problems.length === 0 ? "holds" : "does not hold"}, ${formatDuration(durationMs)}, ${cases}`;
}

describe("check ingress -o json", () => {
  async function check(): Promise<{ readonly exitCode: number | null; readonly score: number }> {
    const { exitCode, stdout } = await runLabctl("check", "ingress", "-o", "json");
    const { kind, score } = JSON.parse(stdout) as { kind: string; score: number };
    expect(kind).toBe("CheckReport");
    return { exitCode, score };
  }

  test("is one document, untouched, half solved and solved, with exit codes 1, 1 and 0", async () => {
    await runLabctl("reset", "ingress");
    expect(await check()).toEqual({ exitCode: 1, score: 0 });
    const half = "kubectl create ingress nginx --rule='nginx.localhost/*=nginx:80'";
    await runLabctl("shell", "ingress", "--command", half);
    expect(await check()).toEqual({ exitCode: 1, score: 2 });
    await runLabctl("solve", "ingress");
    expect(await check()).toMatchObject({ exitCode: 0 });
    await runLabctl("reset", "ingress");
  });
});
