import pg from "pg";

export const choices = ["coffee", "tea"];

/** Milliseconds. */
const retryMs = 1000;
const patienceMs = 3000;
/** Changes that come faster are told together. */
const breathMs = 200;

const sql = "SELECT choice, count(*)::int AS count FROM votes GROUP BY choice";
/** PostgreSQL's word for a table that does not exist: no vote has been written yet. */
const undefinedTable = "42P01";

/** The numbers of the database, read anew each time; the worker's NOTIFY says when to look. */
export class Tally {
  #client;
  #told;
  #due = false;
  #onChange;
  #onLost;

  /** @param onChange is given the new numbers. @param onLost is called when the database went away. */
  constructor({ onChange, onLost }) {
    this.#onChange = onChange;
    this.#onLost = onLost;
  }

  /** {coffee, tea, total}. Rejects while the database does not answer. */
  async read() {
    if (!this.#client) throw new Error("the database does not answer");
    const rows = await this.#count(this.#client);
    const counts = Object.fromEntries(choices.map((choice) => [choice, rows.get(choice) ?? 0]));
    return { ...counts, total: choices.reduce((sum, choice) => sum + counts[choice], 0) };
  }

  async #count(client) {
    try {
      const { rows } = await client.query(sql);
      return new Map(rows.map(({ choice, count }) => [choice, count]));
    } catch (error) {
      if (error.code === undefinedTable) return new Map();
      // What timed out may still be under way on this connection: a new one is opened.
      client.end().catch(() => undefined);
      this.#lose(client, error);
      throw error;
    }
  }

  /** Connects, and again whenever the connection is lost. */
  async follow() {
    const host = process.env.DATABASE_HOST ?? "db";
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = process.env;
    if (!user || !password || !database) {
      console.error(
        "POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB are not set; they are in the database's Secret.",
      );
      process.exit(1);
    }
    const client = new pg.Client({
      ...{ host, user, password, database },
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
      keepAlive: true,
    });
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client, new Error("the connection was closed")));
    client.on("notification", () => this.#look());
    try {
      await client.connect();
      await client.query("LISTEN votes");
      this.#client = client;
      console.log(`reads the database at ${host}:5432`);
      this.#look();
    } catch (error) {
      console.error(`cannot reach the database at ${host}:5432: ${error.message}`);
      client.end().catch(() => undefined);
      setTimeout(() => this.follow(), retryMs);
    }
  }

  #lose(client, error) {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#told = undefined;
    console.error(`lost the database: ${error.message}`);
    this.#onLost();
    setTimeout(() => this.follow(), retryMs);
  }

  /** One look for all notices that come within a breath. */
  #look() {
    if (this.#due) return;
    this.#due = true;
    setTimeout(async () => {
      this.#due = false;
      const counts = await this.read().catch(() => undefined);
      const text = JSON.stringify(counts);
      if (!counts || text === this.#told) return;
      this.#told = text;
      this.#onChange(counts);
    }, breathMs);
  }
}
