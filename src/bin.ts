/** The process: builds the real parts, runs one command, and sets the exit code. */
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createChromium } from "./browser/playwright-browser.ts";
import { createCleanUps } from "./clean-ups.ts";
import type { Deps } from "./deps.ts";
import { createExec } from "./exec/execa-exec.ts";
import { exitCodes } from "./errors.ts";
import type { Helm } from "./helm/helm.ts";
import { createWait } from "./wait.ts";
import { createExclusive, createIsBusy } from "./lockfile-lock.ts";
import { main, reportLost, reportUncaught } from "./main.ts";
import { systemClock } from "./system-clock.ts";
import { createFortioTraffic } from "./probe/fortio-traffic.ts";
import { createNodeFrontDoor } from "./probe/node-front-door.ts";
import { createPodProbe } from "./probe/pod-probe.ts";
import { createLineProgress } from "./terminal/line-progress.ts";
import { createNodeStreams } from "./terminal/node-streams.ts";
import type { Progress } from "./terminal/progress.ts";

const { env, stdin, stdout, stderr } = process;
const streams = createNodeStreams({ stdin, stdout, stderr, env });
const progress = await createProgress();
const isRoot = process.getuid?.() === 0;
const exec = createExec({ env, isRoot });
const home = resolve(env["LABCTL_HOME"] ?? join(homedir(), ".labctl"));
const project = dirname(import.meta.dirname);
const labs = resolve(env["LABCTL_LABS"] ?? join(project, "labs"));
const labFiles = resolve(env["LABCTL_FILES"] ?? join(homedir(), "labctl-labs"));
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // The first one lets the command put back what it has changed.
    if (stop.signal.aborted) process.exit(exitCodes.interrupted);
    stop.abort(new Error(`ended by ${name}`));
  });
}

const deps: Deps = {
  streams,
  progress,
  exec,
  env,
  clock: systemClock,
  places: { home, project, labs, labFiles },
  signal: stop.signal,
  cleanUps: createCleanUps(),
  random: (bytes) => randomBytes(bytes).toString("hex"),
  exclusive: createExclusive(home, progress),
  isBusy: createIsBusy(home),
  // Docker's and Kubernetes's libraries are loaded by the commands that need them.
  platform: async (choice) => (await import("./create-platform.ts")).createPlatform(deps, choice),
  kube: async (kubeconfig, context) => (await import("./kube/api-kube.ts")).openApiKube(kubeconfig, context),
  probe: (kube) =>
    createPodProbe({
      kube,
      wait: createWait(systemClock, kube),
      image: "localhost:5001/probe:1",
      canary: join(project, "manifests", "canary"),
      boundary: () => deps.random(8),
    }),
  helm: {
    inspect: async (reference, version) => (await openHelm()).inspect(reference, version),
    pull: async (chart, into) => (await openHelm()).pull(chart, into),
    publish: async (chart, to) => (await openHelm()).publish(chart, to),
  },
  frontDoor: createNodeFrontDoor,
  browser: (ports) => createChromium({ exec, env, ports, isRoot }),
  traffic: (kube) =>
    createFortioTraffic({
      kube,
      wait: createWait(systemClock, kube),
      image: "localhost:5001/load:1.75.3",
      word: () => deps.random(8),
    }),
};

const argv = process.argv.slice(2);
// Node would end with 1, which is the code of a failed check.
process.on("uncaughtException", (error) => process.exit(reportUncaught(error, argv, deps)));
process.exitCode = await main(argv, deps);
// A pipe takes 64 KiB at once, and `exit` would drop the rest; one whose reader has gone answers with an error.
await written([stdout, stderr]);
const lost = streams.lost();
if (lost) {
  process.exitCode = reportLost(lost, argv, deps);
  await written([stderr]);
}
// Watches, keep-alive connections and an interrupted command's rest must not keep the process.
process.exit();

/** A stream that has failed tells it after it has called back. */
async function written(outputs: readonly NodeJS.WritableStream[]): Promise<void> {
  await Promise.all(outputs.map((output) => new Promise((resolve) => output.write("", resolve))));
  await setImmediate();
}

async function openHelm(): Promise<Helm> {
  const { createCliHelm } = await import("./helm/cli-helm.ts");
  return createCliHelm({ exec, home, signal: stop.signal });
}

async function createProgress(): Promise<Progress> {
  if (!streams.err.isTTY || env["TERM"] === "dumb") return createLineProgress(streams.err, systemClock);
  const { createListrProgress } = await import("./terminal/listr-progress.ts");
  return createListrProgress(stderr, systemClock);
}
