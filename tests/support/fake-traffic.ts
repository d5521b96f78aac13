import type { RunningTraffic, Traffic, TrafficOptions, TrafficReport } from "../../src/probe/traffic.ts";

/** Traffic that loses as many requests as a test says. */
export class FakeTraffic implements Traffic {
  readonly started: TrafficOptions[] = [];
  report: TrafficReport = {
    requests: 2000,
    failures: 0,
    kinds: [],
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 20_000,
  };

  start(options: TrafficOptions): Promise<RunningTraffic> {
    this.started.push(options);
    return Promise.resolve({ stop: () => Promise.resolve(this.report) });
  }
}
