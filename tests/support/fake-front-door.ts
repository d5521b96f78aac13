import type { FrontDoor, FrontDoorSocket, HttpAnswer, HttpRequest } from "../../src/probe/probe.ts";
import { page, type Answer } from "./fake-probe.ts";

/** A front door that answers as a function says; an ingress controller without rules says 404. */
export class FakeFrontDoor implements FrontDoor {
  readonly asked: HttpRequest[] = [];
  /** PEM by server name. */
  readonly certificates = new Map<string, string>();
  answer: Answer;

  constructor(answer: Answer = () => page("404 page not found", {}, 404)) {
    this.answer = answer;
  }

  /** What answers each message sent; undefined: no websocket opens. */
  talk: ((message: string) => readonly string[]) | undefined;

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.asked.push(request);
    return this.answer(request);
  }

  async socket({ url }: HttpRequest) {
    const { talk } = this;
    if (!talk) return { ok: false as const, status: 403, message: `status 403 at ${url}` };
    const queue: string[] = [];
    const socket: FrontDoorSocket = {
      send: (text) => void queue.push(...talk(text)),
      receive: async () => queue.shift(),
      close: () => undefined,
    };
    return { ok: true as const, socket };
  }

  async certificate(serverName: string): Promise<string | undefined> {
    return this.certificates.get(serverName);
  }
}
