import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { FrontDoorSocket } from "../probe/probe.ts";
import type { Executed } from "./jupyter.ts";

const protocolVersion = "5.3";

const envelope = z.object({
  header: z.object({ msg_type: z.string() }),
  parent_header: z.object({ msg_id: z.string().optional() }),
  content: z.record(z.string(), z.unknown()),
});
const stream = z.object({ name: z.string(), text: z.string() });
const shown = z.object({ data: z.object({ "text/plain": z.string().optional() }) });
const failure = z.object({ ename: z.string(), evalue: z.string() });
const state = z.object({ execution_state: z.string() });

/** States that the server tells of a kernel process that ended by itself. */
const ended = ["restarting", "autorestarting", "dead"];

interface Talk {
  readonly socket: FrontDoorSocket;
  readonly clock: Clock;
  readonly code: string;
  readonly withinMs: number;
}

/**
 * One execute_request and what comes of it, until the kernel is idle again.
 * Protocol: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
export async function talkToKernel({ socket, clock, code, withinMs }: Talk): Promise<Executed> {
  const id = randomUUID();
  const heard: Heard = { output: "", error: undefined, end: undefined };
  const deadline = clock.now() + withinMs;
  socket.send(JSON.stringify(executeRequest(id, code)));
  while (heard.end === undefined) {
    const left = deadline - clock.now();
    const text = left > 0 ? await socket.receive(left) : undefined;
    if (text === undefined) {
      const why = clock.now() >= deadline ? late(withinMs) : "the connection to the kernel was closed";
      return { ok: false, why, output: heard.output };
    }
    hear(text, id, heard);
  }
  const { output, error, end } = heard;
  if (end === "ended") {
    return { ok: false, why: "the kernel's process ended by itself (does it have memory enough?)", output };
  }
  return error === undefined ? { ok: true, output } : { ok: false, why: error, output };
}

interface Heard {
  output: string;
  error: string | undefined;
  end: "idle" | "ended" | undefined;
}

function late(withinMs: number): string {
  return `the kernel was not done after ${String(Math.round(withinMs / 1000))} s`;
}

function executeRequest(id: string, code: string): object {
  const header = { msg_id: id, msg_type: "execute_request", version: protocolVersion };
  return {
    channel: "shell",
    header: { ...header, session: randomUUID(), username: "labctl", date: new Date().toISOString() },
    parent_header: {},
    metadata: {},
    content: {
      ...{ code, silent: false, store_history: false, user_expressions: {} },
      ...{ allow_stdin: false, stop_on_error: true },
    },
    buffers: [],
  };
}

/** Takes in one message; those that are about another request, and those that nobody needs, are passed over. */
function hear(text: string, id: string, heard: Heard): void {
  const message = envelope.safeParse(JSON.parse(text)).data;
  if (!message) return;
  const { content } = message;
  const own = message.parent_header.msg_id === id;
  switch (message.header.msg_type) {
    case "stream": {
      const said = stream.safeParse(content).data;
      if (own && said?.name === "stdout") heard.output += said.text;
      return;
    }
    case "execute_result":
    case "display_data": {
      const value = shown.safeParse(content).data?.data["text/plain"];
      if (own && value !== undefined) heard.output += `${value}\n`;
      return;
    }
    case "error": {
      const error = failure.safeParse(content).data;
      if (own && error) heard.error = `${error.ename}: ${error.evalue}`;
      return;
    }
    case "status": {
      const now = state.safeParse(content).data?.execution_state ?? "";
      if (own && now === "idle") heard.end = "idle";
      if (ended.includes(now)) heard.end = "ended";
    }
  }
}
