/** A voting app in memory: its pages at the front door, its database as psql tells of it, and the objects around. */
import type { Pod, Workload } from "../../src/kube/objects.ts";
import type { FrontDoorRequest, HttpAnswer } from "../../src/probe/probe.ts";
import { deployment, ingress, pod, service } from "./cluster-objects.ts";
import { fakeCheckContext, type FakeCheckContext } from "./fake-check-context.ts";
import { FakeFrontDoor } from "./fake-front-door.ts";
import { FakeKube } from "./fake-kube.ts";
import { page } from "./fake-probe.ts";

export const postgres = "localhost:5001/postgres:15";
export const redis = "localhost:5001/redis:7.0";
export const images = {
  [postgres]: `sha256:${"d".repeat(64)}`,
  [redis]: `sha256:${"e".repeat(64)}`,
  "localhost:5001/vote:1": `sha256:${"1".repeat(64)}`,
  "localhost:5001/vote:2": `sha256:${"2".repeat(64)}`,
} as const;

/** The fields that all checks of the app have. */
export const fields = {
  vote: "vote.localhost",
  result: "result.localhost",
  choices: ["coffee", "tea"],
  worker: "worker",
  database: { service: "db", image: postgres },
};

/** An app that does right; a test turns the part that does not. */
export class VotingApp {
  /** What the database holds: choices by voter. */
  rows = new Map<string, string>();
  readonly kube: FakeKube;
  readonly context: FakeCheckContext;
  /** What becomes of a vote that was taken. */
  store = (voter: string, choice: string): void => void this.rows.set(voter, choice);
  /** What the page shows; undefined: it does not answer. */
  shows = (): Readonly<Record<string, number>> | undefined => this.tally();
  /** What the front end answers to a vote, beside storing it. */
  takes = (voter: string): HttpAnswer => page("", { "set-cookie": `voter=${voter}; Path=/, choice=x` }, 303);
  private voters = 0;

  constructor(frontDoor = new FakeFrontDoor()) {
    this.kube = new FakeKube(objects(), {
      onExec: ({ name }, _, sql = "") => {
        const stdout = name.startsWith("redis") ? "1700000000000-0\n" : `${this.answer(sql)}\n`;
        return { exitCode: 0, stdout, stderr: "" };
      },
      onRemove: ({ kind, name }, fake) => {
        // Its controller makes a new one at once.
        if (kind === "Pod" && name === "db-0") fake.add(database("uid-db-1"));
        if (kind === "Pod" && name.startsWith("worker")) fake.add(worker("new"));
      },
    });
    this.context = fakeCheckContext({ kube: this.kube, frontDoor, imageDigests: images });
    frontDoor.answer = (request) => this.door(request);
  }

  tally(): Readonly<Record<string, number>> {
    const choices = [...this.rows.values()];
    const count = (choice: string) => choices.filter((each) => each === choice).length;
    return { coffee: count("coffee"), tea: count("tea") };
  }

  private door({ url, method, body, headers }: FrontDoorRequest): HttpAnswer {
    if (url === "http://result.localhost/api/tally") {
      const tally = this.shows();
      return tally ? page(JSON.stringify(tally)) : page("no database", {}, 503);
    }
    if (url !== "http://vote.localhost/") return page("404 page not found", {}, 404);
    if (method !== "POST") return page("Coffee or tea?");
    const known = /voter=([0-9a-f]{32})/.exec(headers?.["cookie"] ?? "")?.[1];
    const voter = known ?? (this.voters++).toString(16).padStart(32, "0");
    const answer = this.takes(voter);
    if (answer.ok && answer.status < 400) this.store(voter, body?.split("=")[1] ?? "");
    return answer;
  }

  private answer(sql: string): string {
    const asked: readonly string[] = sql.match(/[0-9a-f]{32}/g) ?? [];
    if (sql.includes("DELETE")) {
      for (const voter of asked) this.rows.delete(voter);
      return "";
    }
    const ballots = Object.fromEntries([...this.rows].filter(([voter]) => asked.includes(voter)));
    return JSON.stringify({ tally: this.tally(), ballots });
  }
}

function objects() {
  return [
    service({ name: "vote", selector: { app: "vote" } }),
    service({ name: "db", selector: { app: "db" }, port: 5432 }),
    ingress("voting", [
      { host: "vote.localhost", service: "vote" },
      { host: "result.localhost", service: "vote" },
    ]),
    database("uid-db-0"),
    ...deployment({
      name: "redis",
      replicas: 1,
      labels: { app: "redis" },
      image: redis,
      digest: images[redis],
    }),
    ...deployment({ name: "worker", replicas: 1, labels: { app: "worker" } }),
  ];
}

/** The database's pod, its data on a claim. */
export function database(
  uid: string,
  volume: object = { persistentVolumeClaim: { claimName: "data" } },
): Pod {
  const made = pod({ name: "db-0", labels: { app: "db" }, image: postgres, digest: images[postgres] });
  const containers = made.spec.containers.map((container) => ({
    ...container,
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  }));
  const metadata = { ...made.metadata, uid };
  return { ...made, metadata, spec: { ...made.spec, containers, volumes: [{ name: "data", ...volume }] } };
}

function worker(suffix: string): Pod {
  const [, set] = deployment({ name: "worker", replicas: 1, labels: { app: "worker" } });
  const owner = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: set.metadata.name,
    uid: set.metadata.uid ?? "",
  };
  return pod({ name: `worker-${suffix}`, labels: { app: "worker" }, owner: { ...owner, controller: true } });
}

/** The front end's Deployment, at its second version with the first in its history. */
export function frontEnd(fieldsOfSpec: Readonly<Record<string, unknown>> = {}): readonly (Workload | Pod)[] {
  const image = "localhost:5001/vote:2";
  const [made, set, ...pods] = deployment({
    ...{ name: "vote", replicas: 2, labels: { app: "vote" } },
    ...{ image, digest: images[image] },
  });
  const top = { ...made, spec: { ...templateOf(made, image), ...fieldsOfSpec } } as Workload;
  const old = { ...set.metadata, name: "vote-old", uid: "uid-vote-old" };
  const now = { ...set, spec: templateOf(set, image) };
  return [top, now, { ...set, metadata: old, spec: templateOf(set, "localhost:5001/vote:1") }, ...pods];
}

function templateOf({ spec }: Workload, image: string): Workload["spec"] {
  const containers = [{ name: "main", image, readinessProbe: {} }];
  return { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } };
}
