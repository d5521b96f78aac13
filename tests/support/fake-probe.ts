import type { HttpAnswer, HttpRequest, Probe } from "../../src/probe/probe.ts";

export type Answer = (request: HttpRequest) => HttpAnswer;

export const refused: HttpAnswer = { ok: false, reason: "refused", message: "connection refused" };

/** An answer of status 200 unless it says otherwise. */
export function page(body: string, headers: Readonly<Record<string, string>> = {}, status = 200): HttpAnswer {
  return { ok: true, status, headers, body };
}

/** A probe whose network is a function. */
export class FakeProbe implements Probe {
  readonly asked: HttpRequest[] = [];
  readonly names = new Map<string, readonly string[]>();
  answer: Answer;

  constructor(answer: Answer = () => refused) {
    this.answer = answer;
  }

  async request(requests: readonly HttpRequest[]): Promise<readonly HttpAnswer[]> {
    this.asked.push(...requests);
    return requests.map((request) => this.answer(request));
  }

  requestFromWorker(requests: readonly HttpRequest[]): Promise<readonly HttpAnswer[]> {
    return this.request(requests);
  }

  resolve(name: string): Promise<readonly string[]> {
    return Promise.resolve(this.names.get(name) ?? []);
  }
}
