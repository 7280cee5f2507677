/** The connections of a process to one database server: pools open them on demand, and one budget
 * for all pools decides who may. */
import { platformError } from '@morrow/contract';
import type pg from 'pg';
import { isLost } from './refusals.ts';

/** A connection on loan; with a failure it is closed instead of kept. */
export interface Loan {
  readonly client: pg.Client;
  release(failure?: Error): void;
}
export interface PoolOptions {
  /** Domain, for what callers are told. */
  readonly domain: string;
  /** Connections at most, of those that the budget allows. */
  readonly max: number;
  /** Opens one. What it throws goes to the caller who waits for it. */
  open(): Promise<pg.Client>;
  onProblem(error: unknown): void;
}
export interface BudgetOptions {
  /** Connections of all pools at most, 1 at least. */
  readonly max: number;
  /** How long a caller waits for a connection before it is `exhausted`; 30 s unless told. */
  readonly waitMs?: number;
  /** How long a connection is kept that nobody uses; 10 s unless told. */
  readonly idleMs?: number;
}
interface Waiting {
  readonly pool: Connections;
  readonly since: number;
  readonly timer: ReturnType<typeof setTimeout>;
  give(client: pg.Client): void;
  fail(error: unknown): void;
}
interface Idle {
  readonly client: pg.Client;
  readonly since: number;
}

/** A connection that comes free goes to callers of its own pool until those of another have waited
 * for so long: opening one for each turn would cost more than it gives. */
const ownFirstMs = 50;

export class ConnectionBudget {
  readonly max: number;
  readonly #waitMs: number;
  readonly #idleMs: number;
  readonly #pools = new Set<Connections>();
  /** Those who wait, the longest first. */
  #waiting: Waiting[] = [];
  /** Open, being opened or being closed. */
  #open = 0;
  #closing = 0;
  #sweeping: ReturnType<typeof setInterval> | undefined;

  constructor({ max, waitMs = 30_000, idleMs = 10_000 }: BudgetOptions) {
    this.max = Math.max(1, max);
    this.#waitMs = waitMs;
    this.#idleMs = idleMs;
  }
  /** Connections that are open, being opened or being closed now. */
  get open(): number {
    return this.#open;
  }

  pool(options: PoolOptions): Connections {
    const pool = new Connections(options, {
      ask: (asking) => this.#ask(asking),
      back: (from, client, failure) => this.#back(from, client, failure),
      drop: (from, client) => this.#close(from, client),
      leave: (gone) => this.#leave(gone),
    });
    this.#pools.add(pool);
    return pool;
  }

  #ask(pool: Connections): Promise<pg.Client> {
    const idle = pool.idle.pop();
    if (idle) {
      pool.lent.add(idle.client);
      return Promise.resolve(idle.client);
    }
    return new Promise((give, fail) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        fail(this.#exhausted(pool));
      }, this.#waitMs);
      const waiting = { pool, since: performance.now(), timer, give, fail };
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  #exhausted({ domain }: Connections): Error {
    const sentence = `All ${this.max} database connections of this process are in use; try again.`;
    return platformError(domain, 'exhausted', sentence);
  }

  /** Gives those who wait what there is, in their order; those whose pool is full are passed by. */
  #serve(): void {
    let wanted = 0;
    for (const waiting of [...this.#waiting]) {
      const { pool } = waiting;
      const idle = pool.idle.pop();
      if (idle) this.#give(waiting, idle.client);
      else if (pool.size >= pool.max) continue;
      else if (this.#open < this.max) void this.#openFor(waiting);
      else wanted++;
    }
    for (let missing = wanted - this.#closing; missing > 0 && this.#evict(); missing--);
  }

  /** Takes one out of the queue, since it is being served. */
  #served(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
  }
  #give(waiting: Waiting, client: pg.Client): void {
    this.#served(waiting);
    waiting.pool.lent.add(client);
    waiting.give(client);
  }

  async #openFor(waiting: Waiting): Promise<void> {
    const { pool } = waiting;
    this.#served(waiting);
    this.#open++;
    pool.size++;
    try {
      const client = await pool.opened();
      client.once('end', () => this.#gone(pool, client));
      pool.clients.add(client);
      pool.lent.add(client);
      waiting.give(client);
    } catch (error) {
      this.#open--;
      pool.size--;
      waiting.fail(error);
      this.#serve();
    }
  }

  /** Closes the connection that has been idle for the longest; false where none is. */
  #evict(): boolean {
    let oldest: { readonly pool: Connections; readonly idle: Idle } | undefined;
    for (const pool of this.#pools) {
      const [idle] = pool.idle;
      if (idle && (!oldest || idle.since < oldest.idle.since)) oldest = { pool, idle };
    }
    if (oldest) this.#close(oldest.pool, oldest.idle.client);
    return oldest !== undefined;
  }

  #back(pool: Connections, client: pg.Client, failure: Error | undefined): void {
    pool.lent.delete(client);
    if (!pool.clients.has(client)) return;
    if (failure || pool.isEnded) return this.#close(pool, client);
    const now = performance.now();
    const [first] = this.#waiting;
    const isOverdue = first && first.pool !== pool && now - first.since > ownFirstMs;
    if (isOverdue && this.#open >= this.max && first.pool.size < first.pool.max)
      return this.#close(pool, client);
    const own = this.#waiting.find((waiting) => waiting.pool === pool);
    if (own) return this.#give(own, client);
    pool.idle.push({ client, since: now });
    if (this.#waiting.length) this.#serve();
    this.#sweeping ??= setInterval(() => this.#sweep(), this.#idleMs / 4).unref();
  }

  #close(pool: Connections, client: pg.Client): void {
    pool.idle = pool.idle.filter((idle) => idle.client !== client);
    if (pool.closing.has(client) || !pool.clients.has(client)) return;
    pool.closing.add(client);
    this.#closing++;
    // `end` is heard of by #gone; one that does not come is not waited for
    void client
      .end()
      .catch(pool.onProblem)
      .finally(() => this.#gone(pool, client));
  }

  /** A connection has ended, by whomever. */
  #gone(pool: Connections, client: pg.Client): void {
    if (!pool.clients.delete(client)) return;
    pool.idle = pool.idle.filter((idle) => idle.client !== client);
    if (pool.closing.delete(client)) this.#closing--;
    pool.size--;
    this.#open--;
    pool.told();
    this.#serve();
  }

  #sweep(): void {
    const before = performance.now() - this.#idleMs;
    let left = 0;
    for (const pool of this.#pools)
      for (const { client, since } of pool.idle)
        if (since <= before) this.#close(pool, client);
        else left++;
    if (left) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  #leave(pool: Connections): void {
    this.#pools.delete(pool);
    const [gone, rest] = [[] as Waiting[], [] as Waiting[]];
    for (const waiting of this.#waiting) (waiting.pool === pool ? gone : rest).push(waiting);
    this.#waiting = rest;
    for (const { fail, timer } of gone) {
      clearTimeout(timer);
      fail(new Error('The store is closed'));
    }
    for (const { client } of [...pool.idle]) this.#close(pool, client);
  }
}

interface Lender {
  ask(pool: Connections): Promise<pg.Client>;
  back(pool: Connections, client: pg.Client, failure: Error | undefined): void;
  drop(pool: Connections, client: pg.Client): void;
  leave(pool: Connections): void;
}

/** The connections of one (tenant, domain). The sets and `size` are the books of the budget. */
export class Connections {
  readonly domain: string;
  readonly max: number;
  readonly clients = new Set<pg.Client>();
  readonly lent = new Set<pg.Client>();
  readonly closing = new Set<pg.Client>();
  idle: Idle[] = [];
  size = 0;
  isEnded = false;
  readonly #options: PoolOptions;
  readonly #lender: Lender;
  #emptied: (() => void) | undefined;

  constructor(options: PoolOptions, lender: Lender) {
    this.#options = options;
    this.#lender = lender;
    this.domain = options.domain;
    this.max = Math.max(1, options.max);
  }
  readonly onProblem = (error: unknown): void => this.#options.onProblem(error);

  /** Opens one; it drops out by itself where it breaks. */
  async opened(): Promise<pg.Client> {
    const client = await this.#options.open();
    client.on('error', (error) => {
      this.onProblem(error);
      if (!this.lent.has(client)) this.#lender.drop(this, client);
    });
    return client;
  }

  /** Throws `exhausted` where none comes free in time. Whoever holds a connection must not ask for
   * a second one: with a small budget each would wait for the other. */
  async connect(): Promise<Loan> {
    if (this.isEnded) throw new Error('The store is closed');
    const client = await this.#lender.ask(this);
    let isBack = false;
    const release = (failure?: Error) => {
      if (isBack) return;
      isBack = true;
      this.#lender.back(this, client, failure);
    };
    return { client, release };
  }

  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    return this.run((client) => client.query<Row>(text, values));
  }
  /** One connection for the work; closed where it broke. */
  async run<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const { client, release } = await this.connect();
    let failure: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      if (isLost(error)) failure = error as Error;
      throw error;
    } finally {
      release(failure);
    }
  }

  told(): void {
    if (!this.size) this.#emptied?.();
  }
  /** Ends all connections; waits for those on loan. */
  async end(): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
    this.#lender.leave(this);
    if (this.size) await emptied;
  }
}
