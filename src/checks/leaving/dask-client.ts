import { z } from "zod";
import { EnvironmentError } from "../../errors.ts";
import type { Pod } from "../../kube/objects.ts";
import type { CheckContext } from "../check.ts";
import { withOwnObject, type Seen } from "../objects/own-object.ts";

/** What labctl's client is to compute: the squares of the numbers, in parts, and their sum. */
export interface Computation {
  /** `dask-scheduler:8786`, as a pod of the lab's namespace finds it. */
  readonly address: string;
  readonly numbers: readonly number[];
  readonly parts: number;
  /** How long each part takes, in seconds, whatever the machine. */
  readonly seconds: number;
  /** Tells how far it is as soon as so many parts are done. */
  readonly tellAfter?: number;
  /** Seconds until the answer has to be there. */
  readonly within: number;
}

const packages = z.record(z.string(), z.string().nullable());

const told = z.object({
  versions: z.object({ client: packages, scheduler: packages, workers: z.record(z.string(), packages) }),
  /** Host name and process id of each worker, by its address, as its own process tells them. */
  processes: z.record(z.string(), z.tuple([z.string(), z.int()])),
  /** By the scheduler's own record: the address of the worker and the key of each task that ran, in their order. */
  ran: z.array(z.tuple([z.string(), z.string()])),
  answer: z.number(),
  /** The addresses of the workers that the scheduler knows in the end. */
  known: z.array(z.string()),
  /** Why it gave up. */
  error: z.string(),
});

/** What the client has told so far; what it tells again takes the place of what it told before. */
export type Told = Partial<z.infer<typeof told>>;
export type Versions = z.infer<typeof told>["versions"];

interface ClientRun {
  readonly image: string;
  readonly computation: Computation;
  /** `started`: look while it computes; `ended`: when it is done. */
  readonly when: "started" | "ended";
}

/** A client at work. */
export interface Client {
  /** Asks its log. */
  told(): Promise<Told>;
}

const podName = "labctl-dask";
/** The image is half a gigabyte, and a node may not have it yet. */
const startedWithinSeconds = 180;

/**
 * Computes on a Dask cluster from a pod of labctl's own, which is removed afterwards.
 * @throws EnvironmentError when that pod does not run.
 */
export async function withDaskClient<T>(
  context: CheckContext,
  { image, computation, when }: ClientRun,
  look: (client: Client) => Promise<T>,
): Promise<T> {
  const { kube, namespace } = context;
  const mark = context.nonce();
  const task = JSON.stringify({ ...computation, mark, prefix: `labctl-${mark}` });
  const run = {
    kind: "Pod",
    name: podName,
    namespace,
    spec: podSpec(image, task),
    until: when === "started" ? hasStarted : hasEnded,
    withinSeconds: startedWithinSeconds + (when === "ended" ? computation.within : 0),
  } as const;
  return withOwnObject(context, run, async (seen) => {
    if (!seen.done) throw await didNotRun(context, seen);
    return look({ told: async () => parseTold(await kube.logs({ namespace, name: podName }), mark) });
  });
}

/** What a client that is done has told. @throws EnvironmentError when it told nothing at all. */
export async function lastWords(client: Client): Promise<Told> {
  const words = await client.told();
  if (words.answer !== undefined || words.error !== undefined) return words;
  throw new EnvironmentError({
    message: "labctl's own Dask client ended without a word.",
    lastSeen: JSON.stringify(words).slice(0, 200),
    hint: "Was there memory enough for its pod? Check again.",
  });
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function hasStarted(pod: Pod): boolean {
  return pod.status?.phase === "Running" || hasEnded(pod);
}

function podSpec(image: string, task: string): object {
  const resources = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } };
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "client", image, command: ["python3", "-c", compute, task], resources }],
  };
}

async function didNotRun(context: CheckContext, { object }: Seen<"Pod">): Promise<EnvironmentError> {
  const { kube, namespace } = context;
  const log = (await kube.logs({ namespace, name: podName }, { tailLines: 5 })).trim();
  return new EnvironmentError({
    message: "labctl's own Dask client did not run to its end.",
    lastSeen: log === "" ? `phase ${object.status?.phase ?? "unknown"}` : log,
    hint: `Is there room for one more pod? kubectl -n ${namespace} get pods; kubectl describe nodes`,
  });
}

export function parseTold(log: string, mark: string): Told {
  const lines = log.split("\n").filter((line) => line.startsWith(mark));
  const words = lines.map((line) => told.partial().parse(JSON.parse(line.slice(mark.length))));
  return Object.assign({}, ...words) as Told;
}

/** Behind a mark, line by line: versions and processes, how far it is, and the answer or why there is none. */
const compute = `
import json, os, socket, sys, time
task = json.loads(sys.argv[1])

def tell(**facts):
    print(task["mark"] + json.dumps(facts), flush=True)

def squares(numbers, seconds):
    time.sleep(seconds)
    return sum(number * number for number in numbers)

def process():
    return [socket.gethostname(), os.getpid()]

def packages(side):
    return (side or {}).get("packages", {})

def versions(client):
    seen = client.get_versions(check=False)
    workers = {address: packages(side) for address, side in seen["workers"].items()}
    return {"client": packages(seen["client"]), "scheduler": packages(seen["scheduler"]), "workers": workers}

def ran(client):
    return [[each["worker"], each["key"]] for each in client.get_task_stream() if str(each["key"]).startswith(task["prefix"])]

def main():
    from distributed import Client
    client = Client(task["address"], timeout=20)
    client.wait_for_workers(1, timeout=20)
    tell(versions=versions(client))
    here = client.run(process, on_error="return")
    tell(processes={address: said for address, said in here.items() if isinstance(said, list)})
    client.get_task_stream() # from the first question on, the scheduler keeps this record
    numbers, parts = task["numbers"], task["parts"]
    chunks = [numbers[part::parts] for part in range(parts)]
    sums = [client.submit(squares, chunk, task["seconds"], key=f"{task['prefix']}-{part}") for part, chunk in enumerate(chunks)]
    total = client.submit(sum, sums, key=f"{task['prefix']}-total")
    if "tellAfter" in task:
        until = time.time() + task["within"]
        while len(ran(client)) < task["tellAfter"] and time.time() < until and total.status != "error":
            time.sleep(0.2)
        tell(ran=ran(client))
    answer = total.result(timeout=task["within"])
    tell(answer=answer, ran=ran(client), known=list(client.scheduler_info(n_workers=-1)["workers"]))

try:
    main()
except Exception as error:
    tell(error=f"{type(error).__name__}: {str(error).split('. ')[0][:300]}")
`;
