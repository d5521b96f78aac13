/** Stands in for the npm package `pg` in the tests of images/vote-result: a database that a test fills and takes away. */
export const database = {
  rows: [] as { choice: string; count: number }[],
  /** Thrown by every query. */
  error: undefined as (Error & { code?: string }) | undefined,
  isDown: false,
  clients: [] as Client[],
};

class Client {
  readonly #listeners = new Map<string, (value?: unknown) => void>();

  constructor() {
    database.clients.push(this);
  }

  on(event: string, listener: (value?: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  emit(event: string, value?: unknown): void {
    this.#listeners.get(event)?.(value);
  }

  async connect(): Promise<void> {
    if (database.isDown) throw new Error("connection refused");
  }

  async query(sql: string) {
    if (sql.startsWith("LISTEN")) return { rows: [] };
    if (database.error) throw database.error;
    return { rows: database.rows };
  }

  async end(): Promise<void> {
    // Nothing is open.
  }
}

export default { Client };
