import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { database } from "../../../support/fake-pg.ts";

interface Tally {
  read(): Promise<Readonly<Record<string, number>>>;
  follow(): Promise<void>;
}

let onChange: ReturnType<typeof vi.fn>;
let onLost: ReturnType<typeof vi.fn>;
let tally: Tally;
beforeEach(async () => {
  vi.useFakeTimers();
  Object.assign(database, { rows: [], error: undefined, isDown: false, clients: [] });
  for (const name of ["USER", "PASSWORD", "DB"]) vi.stubEnv(`POSTGRES_${name}`, "votes");
  for (const name of ["log", "error"] as const) vi.spyOn(console, name).mockImplementation(() => undefined);
  [onChange, onLost] = [vi.fn(), vi.fn()];
  const path = "../../../../images/vote-result/tally.js";
  const module = (await import(path)) as { Tally: new (options: object) => Tally };
  tally = new module.Tally({ onChange, onLost });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("the tally of images/vote-result", () => {
  it("is what the database says, and nothing before it is there", async () => {
    await expect(tally.read()).rejects.toThrow("the database does not answer");
    database.rows = [{ choice: "tea", count: 3 }];
    await tally.follow();
    expect(await tally.read()).toEqual({ coffee: 0, tea: 3, total: 3 });
  });

  it("is empty as long as no vote has made the table", async () => {
    database.error = Object.assign(new Error("no table"), { code: "42P01" });
    await tally.follow();
    expect(await tally.read()).toEqual({ coffee: 0, tea: 0, total: 0 });
  });

  it("tells changes once, those of a breath together", async () => {
    await tally.follow();
    await vi.advanceTimersByTimeAsync(200);
    expect(onChange.mock.calls).toEqual([[{ coffee: 0, tea: 0, total: 0 }]]);
    database.rows = [{ choice: "coffee", count: 1 }];
    for (let notice = 0; notice < 3; notice++) database.clients[0]?.emit("notification");
    await vi.advanceTimersByTimeAsync(200);
    database.clients[0]?.emit("notification");
    await vi.advanceTimersByTimeAsync(200);
    expect(onChange.mock.calls.slice(1)).toEqual([[{ coffee: 1, tea: 0, total: 1 }]]);
  });

  it("says that the database is lost, and comes back by itself", async () => {
    await tally.follow();
    database.clients[0]?.emit("error", new Error("reset"));
    expect(onLost).toHaveBeenCalledOnce();
    await expect(tally.read()).rejects.toThrow("the database does not answer");
    await vi.advanceTimersByTimeAsync(1000);
    expect(await tally.read()).toEqual({ coffee: 0, tea: 0, total: 0 });
    expect(database.clients).toHaveLength(2);
  });
});
