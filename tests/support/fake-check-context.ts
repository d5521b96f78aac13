import { join } from "node:path";
import { createCleanUps } from "../../src/clean-ups.ts";
import type { DisturbContext } from "../../src/checks/check.ts";
import { createRunners } from "../../src/programs/runner.ts";
import { createWait } from "../../src/wait.ts";
import type { LabState } from "../../src/records/state.ts";
import { namespace, nginxDigest, nginxImage } from "./cluster-objects.ts";
import { FakeBrowser } from "./fake-browser.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeFrontDoor } from "./fake-front-door.ts";
import { FakeHelm } from "./fake-helm.ts";
import { FakeKube } from "./fake-kube.ts";
import { FakeProbe } from "./fake-probe.ts";
import { FakeTraffic } from "./fake-traffic.ts";

/** A context whose parts a test can reach and turn. */
export interface FakeCheckContext extends DisturbContext {
  readonly kube: FakeKube;
  readonly probe: FakeProbe;
  readonly frontDoor: FakeFrontDoor;
  readonly browser: FakeBrowser;
  readonly traffic: FakeTraffic;
  readonly clock: FakeClock;
  /** What was announced and observed, in order. */
  readonly said: string[];
}

export function fakeCheckContext(parts: Partial<FakeCheckContext> = {}): FakeCheckContext {
  const { kube = new FakeKube(), clock = new FakeClock() } = parts;
  let nonces = 0;
  const said: string[] = [];
  const wait = createWait(clock, kube);
  const imageDigests = parts.imageDigests ?? { [nginxImage]: nginxDigest };
  const { signal = new AbortController().signal } = parts;
  let runners = 0;
  const cleanUps = createCleanUps();
  const word = (): string => `word${String(runners++)}`;
  return {
    kube,
    clock,
    probe: new FakeProbe(),
    frontDoor: new FakeFrontDoor(),
    browser: new FakeBrowser(),
    traffic: new FakeTraffic(),
    nodes: undefined,
    docker: undefined,
    registry: undefined,
    helm: new FakeHelm(),
    wait,
    runners: createRunners({ kube, wait, namespace, imageDigests, word, signal, cleanUps }),
    labFolder: join(import.meta.dirname, "..", "fixtures", "labs", "90-hostile"),
    namespace,
    state: undefined,
    imageDigests,
    nonce: () => `nonce${String(nonces++).padStart(4, "0")}`,
    said,
    announce: (text) => void said.push(text),
    observed: (text) => void said.push(text),
    cleanUps,
    signal,
    ...parts,
  };
}

export function fakeLabState(parts: Partial<LabState> = {}): LabState {
  return {
    lab: "test",
    namespace,
    startedAt: "2026-01-01T00:00:00.000Z",
    seed: "00",
    podUids: {},
    quiz: {},
    hints: {},
    ...parts,
  };
}
