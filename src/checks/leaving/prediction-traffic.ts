import { EnvironmentError } from "../../errors.ts";
import { isReady } from "../../kube/deployment-pods.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext } from "../check.ts";
import { withOwnObject } from "../objects/own-object.ts";

interface TrafficOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Sent in turn, each as the body of a POST. */
  readonly bodies: readonly object[];
  readonly perSecond: number;
  /** Has Python. */
  readonly image: string;
}

/** One request and what became of it. */
export interface Asked {
  /** Milliseconds since the epoch, when it was sent. */
  readonly at: number;
  /** Which of the bodies. */
  readonly body: number;
  /** Undefined: no answer came. */
  readonly status?: number;
  /** The answer's body, or why none came. */
  readonly text: string;
}

const podName = "labctl-ask";
/** The image may have to be pulled first; it has half a gigabyte. */
const startsWithinSeconds = 180;
/** No experiment takes longer; then it ends by itself, whoever started it. */
const limitSeconds = 600;
const endsWithinMs = 30_000;

/**
 * Asks a server at a constant rate while something is done, from a pod of labctl's own, each request on a connection
 * of its own, and keeps every answer.
 * @throws EnvironmentError when that pod does not run, or what it kept is lost.
 */
export async function withPredictions<T>(
  context: CheckContext,
  options: TrafficOptions,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly asked: readonly Asked[] }> {
  const { namespace } = context;
  const mark = context.nonce();
  const run = {
    kind: "Pod",
    name: podName,
    namespace,
    spec: podSpec(options, mark),
    until: (pod: Pod) => isReady(pod) || hasEnded(pod),
    withinSeconds: startsWithinSeconds,
  } as const;
  return withOwnObject(context, run, async ({ object: pod }) => {
    if (!isReady(pod)) throw await lost(context, "does not start");
    const value = await work();
    return { value, asked: await stop(context, mark) };
  });
}

async function stop(context: CheckContext, mark: string): Promise<readonly Asked[]> {
  const { kube, namespace, signal } = context;
  const ref = { kind: "Pod", namespace, name: podName } as const;
  // Its time may be over; then everything is in the log already.
  await kube.exec(ref, ["sh", "-c", "kill -INT 1"]).catch(() => undefined);
  await context.wait({
    observe: async () => {
      const pod = await kube.read(ref);
      return { done: pod === undefined || hasEnded(pod), value: undefined };
    },
    watch: ["Pod"],
    namespace,
    withinMs: endsWithinMs,
    signal,
  });
  const line = (await kube.logs(ref)).split("\n").find((each) => each.startsWith(mark));
  if (line === undefined) throw await lost(context, "was lost, and with it the answers");
  return parse(line.slice(mark.length));
}

interface Kept {
  /** Each answer once: its status, -1 for none, and its text. */
  readonly answers: readonly (readonly [number, string])[];
  /** Seconds since the epoch, number of the body, number of the answer. */
  readonly asked: readonly (readonly [number, number, number])[];
}

function parse(text: string): readonly Asked[] {
  const { answers, asked } = JSON.parse(text) as Kept;
  return asked.map(([seconds, body, number]) => {
    const [status, told] = answers[number] ?? [noAnswer, ""];
    return { at: seconds * 1000, body, text: told, ...(status === noAnswer ? {} : { status }) };
  });
}

const noAnswer = -1;

/** Threads take turns; one that is late leaves its turn out, so that a pause is not made up for in a rush. */
const script = `
import http.client, json, signal, sys, threading, time
mark, wanted = sys.argv[1], json.loads(sys.argv[2])
bodies = [json.dumps(body) for body in wanted["bodies"]]
threads, answers, asked = 16, {}, []
lock, over = threading.Lock(), threading.Event()
signal.signal(signal.SIGINT, lambda *_: over.set())
def ask(body):
    connection = http.client.HTTPConnection(wanted["host"], wanted["port"], timeout=10)
    try:
        connection.request("POST", wanted["path"], body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return (answer.status, answer.read().decode("utf-8", "replace")[:2000])
    except Exception as error:
        return (-1, type(error).__name__)
    finally:
        connection.close()
def work(turn):
    while not over.is_set():
        due = started + turn / wanted["perSecond"]
        late = time.time() - due
        if late < 0:
            over.wait(-late)
            continue
        if late < threads / wanted["perSecond"]:
            at, body = time.time(), turn % len(bodies)
            answer = ask(bodies[body])
            with lock:
                asked.append((round(at, 3), body, answers.setdefault(answer, len(answers))))
        turn += threads
started = time.time()
pool = [threading.Thread(target=work, args=(turn,), daemon=True) for turn in range(threads)]
for thread in pool: thread.start()
while not asked and not over.is_set(): time.sleep(0.05)
open("/tmp/asking", "w").close()
over.wait(wanted["limitSeconds"])
over.set()
for thread in pool: thread.join(5)
with lock:
    print(mark + json.dumps({"answers": list(answers), "asked": asked}), flush=True)
`;

function podSpec({ image, ...wanted }: TrafficOptions, mark: string): object {
  return {
    restartPolicy: "Never",
    activeDeadlineSeconds: limitSeconds + 60,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "ask",
        image,
        command: ["python3", "-c", script, mark, JSON.stringify({ ...wanted, limitSeconds })],
        readinessProbe: { exec: { command: ["test", "-f", "/tmp/asking"] }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "32Mi" } },
      },
    ],
  };
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

async function lost({ kube, namespace }: CheckContext, how: string): Promise<EnvironmentError> {
  const log = (await kube.logs({ namespace, name: podName }, { tailLines: 5 })).trim();
  return new EnvironmentError({
    message: `labctl's own pod that asks for predictions ${how}.`,
    lastSeen: log === "" ? "its log is empty" : log.slice(-300),
    hint: `Is there room for one more pod? kubectl -n ${namespace} get pods; kubectl describe nodes`,
  });
}
