import { readFileSync, writeFileSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { ExecOptions, ExecResult } from "../../../src/exec/exec.ts";
import { typingProblem } from "../../../src/lifecycle/text-problems.ts";
import { useDemoLab } from "../../support/demo-lab.ts";
import { FakeWorld } from "../../support/fake-world.ts";

let world: FakeWorld;
let lab: string;
beforeEach(async () => {
  world = await FakeWorld.create();
  await useDemoLab(world);
  lab = join(world.project, "labs", "01-demo");
});
afterEach(() => world[Symbol.asyncDispose]());

/** A text of one block, or of more lines around it. */
async function write(words: string, script: string, rest = ""): Promise<void> {
  await writeFile(join(lab, "README.md"), `# Demo\n\n\`\`\`console ${words}\n${script}\n\`\`\`\n${rest}`);
}

/** Plays bash: a script that has "answer 42" in it makes ConfigMap answer. */
function play(answer: (script: string, options: ExecOptions) => Partial<ExecResult> = () => ({})): string[] {
  const typed: string[] = [];
  world.exec.answer = (command, options) => {
    if (command[0] !== "bash") return {};
    const script = readFileSync(command.at(-1) ?? "", "utf8");
    typed.push(script);
    const [, value] = /answer (\d+)/.exec(script) ?? [];
    const metadata = { name: "answer", namespace: "lab-demo" };
    if (value !== undefined)
      world.kube.add({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { value } });
    return answer(script, options);
  };
  return typed;
}

async function verify(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await world.run("verify", "demo", "-o", "json", ...argv);
  const [proof] = JSON.parse(stdout) as [{ text?: { blocks: number }; problems: string[]; outage?: true }];
  return { exitCode, stderr, proof };
}

describe("a lab's text", () => {
  it("is done in its order, from a lab begun anew, and what has to pass is graded", async () => {
    const blocks =
      "\n```yaml file=a/b.yaml\nc: d\n```\n\n```console\nnever\n```\n\n```console run\nlast\n```\n";
    await write("run passes=answer", "answer 42", blocks);
    const files: string[] = [];
    const typed = play((_, { cwd = "" }) => {
      if (typed.length === 2) files.push(readFileSync(join(cwd, "a", "b.yaml"), "utf8"));
      return {};
    });
    const { exitCode, proof } = await verify();
    expect([exitCode, proof.problems]).toEqual([0, []]);
    expect(proof.text).toEqual({ blocks: 2, seconds: 0, problems: [] });
    expect(typed).toEqual(["answer 42\n", "last\n"]);
    expect(files).toEqual(["c: d\n"]);
    expect((await world.run("verify", "demo")).stdout).toMatch(/2 blocks, 0.0s\n/);
    expect([...world.kube.objects.keys()]).toEqual(["Namespace /labctl-system"]);
  });

  it("is typed in a home of its own, with the lab's files and the lab's environment", async () => {
    await mkdir(join(lab, "files"));
    await writeFile(join(lab, "files", "app.py"), "");
    await write("run within=90s", "ls");
    const seen: ExecOptions[] = [];
    play((_, options) => {
      seen.push(options);
      expect(readFileSync(join(options.cwd ?? "", "app.py"), "utf8")).toBe("");
      return {};
    });
    await verify();
    const [{ cwd = "", env = {}, ...options } = {}] = seen;
    expect(cwd).toBe(join(env["HOME"] ?? "", "labctl-labs", "demo"));
    expect(env["PATH"]).toBe(`${world.home}/bin:/usr/bin`);
    expect(env["KUBECONFIG"]).toContain("labctl-lab-demo.yaml");
    expect(env["LABCTL_HOME"]).toBe(world.home);
    expect(options).toMatchObject({ timeoutMs: 90_000, group: true });
    await expect(readdir(cwd)).rejects.toThrow("ENOENT");
  });

  it("stops at the first block that fails, with its line, its exit code and the end of its output", async () => {
    await write("run", "kubectl get pods\nhelm list --all", "\n```console run\nlast\n```\n");
    const typed = play((_, { env }) => {
      const last = (env?.["BASH_ENV"] ?? "").replace(/prelude$/, "last");
      writeFileSync(last, "2 helm list --all\n");
      return { exitCode: 1, stdout: "NAME\nError: unknown flag: --all" };
    });
    const { exitCode, proof } = await verify();
    const problem =
      'text: line 5: "helm list --all" ended with exit code 1:\nNAME\nError: unknown flag: --all';
    expect([exitCode, proof.problems, typed.length]).toEqual([1, [problem], 1]);
    expect(proof.text).toEqual({ blocks: 2, seconds: 0, problems: [problem] });
    expect((await world.run("verify", "demo")).stderr).toContain(`demo: ${problem}`);
  });

  it("says which exercise has not passed, with its first finding", async () => {
    await write("run passes=answer", "answer 41");
    play();
    expect((await verify()).proof.problems).toEqual([
      "text: line 3: answer is failed after it, not passed: It is not 42.",
    ]);
  });

  it("gives the cluster time to get there", async () => {
    await write("run passes=answer", "answer 41");
    play();
    const sleep = world.clock.sleep.bind(world.clock);
    world.clock.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      const found = world.kube.objects.get("ConfigMap lab-demo/answer");
      if (found) world.kube.add({ ...found, data: { value: "42" } });
    };
    expect((await verify()).proof.problems).toEqual([]);
  });

  it("leaves to the solution what the student is to think of, once", async () => {
    await write("run after=answer passes=answer", "ls", "\n```console run after=answer\nls\n```\n");
    play();
    const { proof, stderr } = await verify();
    expect(proof.problems).toEqual([]);
    // Once for the solved lab, and once for the text.
    expect(stderr.match(/^✔ Solve lab demo/gm)).toHaveLength(2);
  });

  it("holds the lab while it is graded and not while it is typed, when it has this machine for itself", async () => {
    const deps = world.deps();
    const held: string[] = [];
    const exclusive = async <T>(work: () => Promise<T>, subject = "all"): Promise<T> => {
      held.push(subject);
      return work().finally(() => held.splice(held.indexOf(subject), 1));
    };
    world.deps = () => ({ ...deps, exclusive });
    await write("run passes=answer", "answer 42");
    const whileTyping: string[][] = [];
    play(() => {
      whileTyping.push([...held]);
      return {};
    });
    expect((await verify()).proof.problems).toEqual([]);
    expect(whileTyping).toEqual([["texts"]]);
  });

  it("fills its gaps from the solution", async () => {
    await write("run", "cat answer.yaml");
    const readme = join(lab, "README.md");
    const text = await readFile(readme, "utf8");
    await writeFile(readme, `\`\`\`yaml file=answer.yaml gaps\nkind: ___\n\`\`\`\n\n${text}`);
    play((_, { cwd = "" }) => ({ stdout: readFileSync(join(cwd, "answer.yaml"), "utf8") }));
    await writeFile(
      readme,
      `${await readFile(readme, "utf8")}\n\`\`\`yaml output\nkind:  ConfigMap\n\`\`\`\n`,
    );
    expect((await verify()).proof.problems).toEqual([]);
  });

  it("that is malformed is a problem of the lab's files", async () => {
    await write("run passes=nobody", "ls");
    expect(await world.run("verify", "demo")).toMatchObject({ exitCode: 2 });
  });

  it("of somebody else's labs is run only where that is asked for, and one note says so", async () => {
    await write("run", "rm -r ~");
    const typed = play();
    const deps = world.deps();
    const others = join(world.home, "others");
    world.deps = () => ({ ...deps, places: { ...deps.places, labs: others } });
    await mkdir(others);
    await cp(join(world.project, "labs"), others, { recursive: true });
    const { proof, stderr } = await verify();
    expect([typed, proof.text]).toEqual([[], undefined]);
    expect(stderr).toContain(`The commands in the texts of ${others} are not run`);
    const asked = await verify("--run-texts");
    expect(typed).toHaveLength(1);
    expect(asked.stderr).not.toContain("are not run");
  });
});

const block = { kind: "commands", line: 10, script: "ls", after: [], passes: [], withinMs: 1 } as const;
const good = { exitCode: 0, durationMs: 1 };

test.each([
  ["a b c", "a  b   c", undefined],
  ["a\nc", "a\nb\nc", undefined],
  ["a ... c", "a long b c", undefined],
  ["...\nNAME  AGE\nweb-…  ...s", "x\nNAME         AGE\nweb-5f-2x    12s", undefined],
  ["b\na", "a\nb", 22],
  ["a", "a b", 21],
  ["... a", "a", 21],
  ["aa...aa", "aaa", 21],
  ["a.c", "abc", 21],
])("promised: %j; printed: %j", (text, output, line) => {
  const promised = { ...block, fails: false, promise: { line: 20, text } };
  const problem = typingProblem(promised, { ...good, output });
  if (line === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(new RegExp(`^line ${line}: ".*" is promised, and was not printed`));
});

test("what is to fail has to", () => {
  const fails = { ...block, fails: true };
  expect(typingProblem(fails, { ...good, output: "" })).toBe(
    "line 10: the text says that it fails, and nothing of it does",
  );
  expect(typingProblem(fails, { ...good, exitCode: 1, output: "" })).toBeUndefined();
  const ended = "bash did not end within 2 s.";
  const late = { exitCode: undefined, durationMs: 1, ended, output: "a", last: { line: 1, command: "ls" } };
  expect(typingProblem(fails, late)).toBe(`line 11: at "ls", ${ended}:\na`);
});
