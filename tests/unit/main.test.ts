import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineCommand } from "../../src/commands/command.ts";
import type { Deps } from "../../src/deps.ts";
import { EnvironmentError } from "../../src/errors.ts";
import { main } from "../../src/main.ts";
import { systemClock } from "../../src/system-clock.ts";
import { FakeWorld } from "../support/fake-world.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = await FakeWorld.create();
});
afterEach(() => world[Symbol.asyncDispose]());

function failing(error: unknown) {
  return defineCommand({
    usage: "fail",
    summary: "Fails",
    options: { output: { type: "string" } },
    run: () => Promise.reject(error as Error),
  });
}

describe("help", () => {
  test("lists every command on stdout", async () => {
    const { exitCode, stdout, stderr } = await world.run("--help");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    for (const name of ["up", "down", "status", "doctor", "check", "verify", "completion"]) {
      expect(stdout).toContain(`labctl ${name}`);
    }
  });

  test("is what labctl without a command prints", async () => {
    expect((await world.run()).stdout).toContain("labctl up");
  });

  test("of a command has its examples", async () => {
    expect((await world.run("check", "--help")).stdout).toContain("labctl check ingress -o json");
  });
});

describe("wrong usage ends with exit code 2", () => {
  test("an unknown command names the nearest", async () => {
    const { exitCode, stdout, stderr } = await world.run("chekc");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toBe(
      'Error: There is no command "chekc".\n  Did you mean "check"?\nRun: labctl check --help\n',
    );
  });

  test("an unknown lab names the nearest", async () => {
    const { exitCode, stderr } = await world.run("show", "ingres");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no lab "ingres".\n  Did you mean "ingress"?');
  });

  test.each([
    [["up", "--no-such-flag"], "Unknown argument"],
    [["up", "--engine", "podman"], "Invalid values"],
    [["up", "--http-port", "99999"], "--http-port is no port number"],
    [["start"], "Not enough non-option arguments"],
    [["status", "--timeout", "soon"], "--timeout is no time span"],
  ])("%j: %s", async (argv, message) => {
    const { exitCode, stderr } = await world.run(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("errors", () => {
  const outage = new EnvironmentError({
    message: "It is down.",
    lastSeen: "one\ntwo",
    hint: "Run: labctl up",
  });

  test("an expected one has three parts, and its own exit code", async () => {
    expect(await main(["fail"], world.deps(), [failing(outage)])).toBe(3);
    expect(world.streams.err.text).toBe("Error: It is down.\n  one\n  two\nRun: labctl up\n");
  });

  test("with -o json stdout is one document", async () => {
    await main(["fail", "--output", "json"], world.deps(), [failing(outage)]);
    expect(JSON.parse(world.streams.out.text)).toMatchObject({
      kind: "Error",
      message: "It is down.",
      exitCode: 3,
    });
  });

  test("a bug ends with 70 and shows its stack with --verbose only", async () => {
    const bug = new TypeError("x is undefined");
    expect(await main(["fail"], world.deps(), [failing(bug)])).toBe(70);
    expect(world.streams.err.text).toContain("TypeError: x is undefined");
    expect(world.streams.err.text).not.toContain("main.test.ts");
    await main(["fail", "--verbose"], world.deps(), [failing(bug)]);
    expect(world.streams.err.text).toContain("main.test.ts");
  });

  test("an interrupt ends with 130", async () => {
    const waiting = defineCommand({
      usage: "wait",
      summary: "Waits",
      run: () => new Promise<never>(() => undefined),
    });
    const running = main(["wait"], world.deps(), [waiting]);
    world.stop.abort(new Error("ended by SIGINT"));
    expect(await running).toBe(130);
  });

  test("--timeout ends with 3", async () => {
    const waiting = defineCommand({
      usage: "wait",
      summary: "Waits",
      // Whatever it does, it does not end.
      run: (_args, { clock }) => clock.sleep(90_000).then(() => new Promise<never>(() => undefined)),
    });
    expect(await main(["wait", "--timeout", "90s"], world.deps(), [waiting])).toBe(3);
    expect(world.streams.err.text).toContain("labctl wait did not finish within 1m 30s");
    expect(world.streams.err.text).toContain("--timeout");
  });

  test("a command's own time ends with 3, where --timeout and its switches say nothing else", async () => {
    const waiting = defineCommand({
      usage: "wait",
      summary: "Waits",
      timeout: { usual: "45m", with: { all: "6h", watch: undefined } },
      options: { all: { type: "boolean" }, watch: { type: "boolean" } },
      run: async (_args, { clock, signal }) => {
        for (let hour = 0; hour < 10; hour++) {
          await clock.sleep(3_600_000);
          if (signal.aborted) await new Promise<never>(() => undefined);
        }
        return 0;
      },
    });
    const run = (...flags: string[]) => main(["wait", ...flags], world.deps(), [waiting]);
    expect(await run()).toBe(3);
    expect(world.streams.err.text).toContain("labctl wait did not finish within 45m 00s.");
    expect(await run("--all")).toBe(3);
    expect(world.streams.err.text).toContain("labctl wait did not finish within 6h 00m.");
    expect(await run("--watch")).toBe(0);
    expect(await run("--all", "--watch")).toBe(0);
    expect(await run("--timeout", "24h")).toBe(0);
    expect(await run("--help")).toBe(0);
    expect(world.streams.out.text).toContain("[default: 45m, with --all 6h, with --watch none]");
  });
});

describe("an experiment that has something to put back", () => {
  /** Puts back for so many milliseconds once it was interrupted; undefined: for ever. */
  const disturbing = (ms: number | undefined, put: string[]) =>
    defineCommand({
      usage: "disturb",
      summary: "Disturbs",
      run: (_args, { cleanUps, signal }) =>
        cleanUps.during(async () => {
          try {
            return await new Promise<never>((_resolve, reject) =>
              signal.addEventListener("abort", () => reject(signal.reason as Error)),
            );
          } finally {
            await (ms === undefined
              ? new Promise(() => undefined)
              : new Promise((wake) => setTimeout(wake, ms)));
            put.push("back");
          }
        }),
    });
  const slow = (): Deps => ({ ...world.deps(), clock: systemClock });

  test("is given the time for it, and says so", async () => {
    const put: string[] = [];
    const running = main(["disturb"], slow(), [disturbing(600, put)]);
    await new Promise((wake) => setTimeout(wake, 10));
    world.stop.abort(new Error("ended by SIGINT"));
    expect(await running).toBe(130);
    expect(put).toEqual(["back"]);
    expect(world.streams.err.text).toContain(
      "Interrupted: putting back what was changed, up to 20 s; once more ends at once.",
    );
  });

  test("is waited for without a word where it is quick", async () => {
    const put: string[] = [];
    const running = main(["disturb"], slow(), [disturbing(1, put)]);
    await new Promise((wake) => setTimeout(wake, 10));
    world.stop.abort(new Error("ended by SIGINT"));
    expect(await running).toBe(130);
    expect(put).toEqual(["back"]);
    expect(world.streams.err.text).toBe("Interrupted. What was begun is picked up by the next run.\n");
  });

  test("does not hold the process up for longer than that", async () => {
    const running = main(["disturb"], world.deps(), [disturbing(undefined, [])]);
    await new Promise((wake) => setTimeout(wake, 10));
    world.stop.abort(new Error("ended by SIGINT"));
    expect(await running).toBe(130);
  });

  test("has the same time at the end of --timeout, which Ctrl-C ends", async () => {
    const running = main(["disturb", "--timeout", "1s"], slow(), [disturbing(undefined, [])]);
    await expect
      .poll(() => world.streams.err.text, { timeout: 10_000 })
      .toContain("Out of time: putting back what was changed");
    world.stop.abort(new Error("ended by SIGINT"));
    expect(await running).toBe(130);
  });
});

test("an interrupt ends a command that waits for another labctl", async () => {
  const waiting = defineCommand({
    usage: "wait",
    summary: "Waits",
    exclusive: true,
    run: async () => 0,
  });
  const deps: Deps = { ...world.deps(), exclusive: () => new Promise<never>(() => undefined) };
  const running = main(["wait"], deps, [waiting]);
  world.stop.abort(new Error("ended by SIGINT"));
  expect(await running).toBe(130);
});

test("an error shows what others wrote, and obeys nothing of it", async () => {
  const parts = { message: "It failed: \u001b[2Ja.", lastSeen: "\u001b]0;b\u0007c", hint: "\u202ed" };
  expect(await main(["fail"], world.deps(), [failing(new EnvironmentError(parts))])).toBe(3);
  expect(world.streams.err.text).toBe("Error: It failed: a.\n  c\n\ufffdd\n");
});

describe("the platform's flags", () => {
  test("have environment variables of the same name", async () => {
    world.env = { ...world.env, LABCTL_ENGINE: "host", LABCTL_HTTP_PORT: "18080", LABCTL_CLUSTER: "two" };
    await world.run("status");
    expect(world.choices[0]).toEqual({
      cluster: "two",
      engine: "host",
      images: "auto",
      ports: { http: 18080 },
    });
  });

  test.each([
    ["--namespace", "/../../../tmp/elsewhere"],
    ["--namespace", "Lab"],
    ["--cluster", "../.."],
    ["--cluster", ""],
    ["--cluster", "a".repeat(64)],
  ])("%s %s is no name that may become a path, and nothing is done", async (flag, value) => {
    const { exitCode, stderr } = await world.run("down", flag, value);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${flag} is no name that Kubernetes takes.`);
    expect(world.choices).toEqual([]);
  });

  test("name a cluster and a namespace from the environment as strictly", async () => {
    for (const name of ["LABCTL_CLUSTER", "LABCTL_NAMESPACE"]) {
      world.env = { [name]: "../.." };
      expect((await world.run("status")).stderr).toContain("is no name that Kubernetes takes.");
    }
    expect(world.choices).toEqual([]);
  });

  test("allow a credential program from the environment, too", async () => {
    world.env = { LABCTL_CREDENTIAL_PROGRAM: "true", LABCTL_CONTEXT: "prod" };
    await world.run("status");
    expect(world.opened).toEqual([{ name: "prod", credentialProgram: true }]);
  });

  test("win over the environment", async () => {
    world.env = { ...world.env, LABCTL_ENGINE: "host" };
    await world.run("status", "--engine", "private", "--context", "prod");
    expect(world.choices[0]).toMatchObject({ engine: "private", context: "prod" });
  });
});

describe("completion", () => {
  test("prints a script", async () => {
    expect((await world.run("completion")).stdout).toContain("labctl --get-yargs-completions");
  });

  test("knows the labs", async () => {
    const { stdout } = await world.run("--get-yargs-completions", "labctl", "check", "");
    expect(stdout.trim().split("\n")).toEqual(
      expect.arrayContaining(["ingress", "nginx-deployment", "services"]),
    );
  });
});
