import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCleanUps } from "../../src/clean-ups.ts";
import type { Deps } from "../../src/deps.ts";
import { main } from "../../src/main.ts";
import type { PlatformChoice } from "../../src/platform.ts";
import { createLineProgress } from "../../src/terminal/line-progress.ts";
import { FakeBrowser } from "./fake-browser.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeExec } from "./fake-exec.ts";
import { FakeFrontDoor } from "./fake-front-door.ts";
import { FakeHelm } from "./fake-helm.ts";
import type { NamedContext } from "../../src/kube/named-context.ts";
import { FakeKube } from "./fake-kube.ts";
import { FakePlatform } from "./fake-platform.ts";
import { FakeTraffic } from "./fake-traffic.ts";
import { FakeProbe } from "./fake-probe.ts";
import { FakeStreams } from "./fake-streams.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything that `main` is given, as fakes; the project is the real one, the home a folder of its own. */
export class FakeWorld implements AsyncDisposable {
  readonly streams = new FakeStreams();
  readonly clock = new FakeClock();
  readonly exec = new FakeExec();
  readonly kube = new FakeKube();
  /** The contexts of other clusters that were opened. */
  readonly opened: NamedContext[] = [];
  readonly probe = new FakeProbe();
  readonly frontDoor = new FakeFrontDoor();
  readonly browser = new FakeBrowser();
  readonly platform = new FakePlatform();
  readonly helm = new FakeHelm();
  readonly stop = new AbortController();
  readonly choices: PlatformChoice[] = [];
  env: Record<string, string | undefined> = { PATH: "/usr/bin", HOME: "/home/student" };
  project = join(import.meta.dirname, "..", "..");
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<FakeWorld> {
    return new FakeWorld(await mkdtemp(join(tmpdir(), "labctl-unit-")));
  }

  /** Runs one command line in-process; the streams are emptied first. */
  async run(...argv: readonly string[]): Promise<Ran> {
    this.streams.out.text = "";
    this.streams.err.text = "";
    const exitCode = await main(argv, this.deps());
    return { exitCode, stdout: this.streams.out.text, stderr: this.streams.err.text };
  }

  deps(): Deps {
    return {
      streams: this.streams,
      progress: createLineProgress(this.streams.err, this.clock),
      clock: this.clock,
      exec: this.exec,
      env: this.env,
      places: {
        home: this.home,
        project: this.project,
        labs: join(this.project, "labs"),
        labFiles: join(this.home, "files"),
      },
      signal: this.stop.signal,
      cleanUps: createCleanUps(),
      random: (bytes) => "5".repeat(bytes * 2),
      exclusive: (work) => work(),
      isBusy: async () => false,
      platform: async (choice) => {
        this.choices.push(choice);
        return this.platform.build(choice);
      },
      kube: async (_, context) => {
        if (context) this.opened.push(context);
        return this.kube;
      },
      probe: () => this.probe,
      frontDoor: () => this.frontDoor,
      browser: () => this.browser,
      traffic: () => new FakeTraffic(),
      helm: this.helm,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}
