import type { FrontDoor, HttpAnswer, HttpRequest } from "../../src/probe/probe.ts";
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

  async request(request: HttpRequest): Promise<HttpAnswer> {
    this.asked.push(request);
    return this.answer(request);
  }

  async certificate(serverName: string): Promise<string | undefined> {
    return this.certificates.get(serverName);
  }
}
