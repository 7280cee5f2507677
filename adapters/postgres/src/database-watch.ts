/** Notices that somebody wrote into a database, by one connection for all databases of a server. */
import type pg from 'pg';

export interface WatchOptions {
  /** Opens a connection to any database of the server. */
  open(): Promise<pg.Client>;
  readonly everyMs?: number;
}

/** How often it looks. PostgreSQL adds up what a session wrote when the session has been idle for
 * up to 10 s or ends, so a write is noticed within 12 s, that of a process that died at once. */
const everyMs = 1000;
const againMs = 5000;

/** Rows written so far, by database. Reads do not count. */
const written = `select datname as name, tup_inserted + tup_updated + tup_deleted as n
  from pg_stat_database where datid <> 0`;

export class DatabaseWatch {
  readonly #options: WatchOptions;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #seen = new Map<string, bigint>();
  #client: pg.Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Calls the listener after somebody wrote into the database, this process too; once more than
   * needed where it is not known. Gives how to end that. */
  follow(database: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(database) ?? new Set();
    this.#listeners.set(database, listeners.add(listener));
    if (!this.#timer && !this.#looking) this.#again(0);
    return () => {
      listeners.delete(listener);
      if (!listeners.size) this.#listeners.delete(database);
    };
  }
  /** Whether the last look went through. */
  get isWell(): boolean {
    return this.#client !== undefined;
  }
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  #again(waitMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().then((isWell) => {
        this.#looking = undefined;
        this.#again(isWell ? (this.#options.everyMs ?? everyMs) : againMs);
      });
    }, waitMs);
    this.#timer.unref();
  }

  async #look(): Promise<boolean> {
    try {
      if (!this.#client) {
        const client = await this.#options.open();
        client.on('error', () => undefined);
        client.once('end', () => {
          if (this.#client === client) this.#client = undefined;
        });
        this.#client = client;
      }
      const { rows } = await this.#client.query<{ name: string; n: bigint }>(written);
      for (const { name, n } of rows) this.#note(name, n);
      return true;
    } catch {
      await this.#client?.end().catch(() => undefined);
      this.#client = undefined;
      // what was written meanwhile may not be counted any more
      this.#seen.clear();
      return false;
    }
  }

  #note(name: string, n: bigint): void {
    const listeners = this.#listeners.get(name);
    if (!listeners || this.#seen.get(name) === n) return;
    this.#seen.set(name, n);
    for (const listener of listeners) listener();
  }
}
