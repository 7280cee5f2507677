/** Numbers what a domain committed and hands it to the bus: one process at a time
 * holds the lease. */
import type { Bus, Pulse, Store } from '@morrow/engines';
import type { Clock } from '@morrow/kernel';
import { Rest, type Looks } from '@morrow/document-keeper';

export interface RelayLoopOptions {
  readonly tenant: string;
  readonly domain: string;
  readonly store: Store;
  readonly bus: Bus;
  readonly pulse: Pulse;
  readonly clock: Clock;
  /** Unique per process. */
  readonly owner: string;
  readonly onProblem: (sentence: string, cause: unknown) => void;
  /** Turns of loops at rest; absent: it looks without one. */
  readonly looks?: Looks | undefined;
  /** Whether it begins as after work; it does unless told. */
  readonly isLively?: boolean | undefined;
}
const leaseMs = 5000;
const renewMs = 1500;
const batchMax = 500;
/** Answers of commands are given again for so long (architecture, §7). */
const receiptsKeptMs = 7 * 24 * 3_600_000;
const pruneMs = 60_000;
const pruneMax = 1000;
/** Commits within it are numbered together, and so handled together: each numbering is a commit
 * that callers wait behind, since the disk writes one after the other. */
const gapMs = 8;
/** The same where nobody waits for the events. */
const idleGapMs = 50;

export class RelayLoop {
  readonly #options: RelayLoopOptions;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #fence: number | undefined;
  #leasedAt = 0;
  #prunedAt: number;
  #failures = 0;
  readonly #rest: Rest;
  #isTold = false;
  #mayHold = false;

  constructor(options: RelayLoopOptions) {
    this.#options = options;
    this.#rest = new Rest(options);
    this.#prunedAt = options.clock.now().getTime();
  }
  start(): void {
    const { store, pulse } = this.#options;
    store.relay.onCommit(() => {
      this.#rest.work();
      pulse.poke();
    });
    store.relay.onWritten(() => {
      // while it is not at rest it looks often enough
      if (!this.#rest.isResting) return;
      this.#isTold = true;
      pulse.poke();
    });
    this.#running ??= this.#run();
  }
  /** Runs, and its last turn went through. */
  get isWell(): boolean {
    return this.#running !== undefined && !this.#isStopping && this.#failures === 0;
  }
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.pulse.poke();
    await this.#running;
    await this.#release().catch(() => undefined);
  }
  /** Gives the lease back, where it may be held. */
  async #release(): Promise<void> {
    if (this.#mayHold) await this.#options.store.relay.release(this.#options.owner);
    this.#mayHold = false;
    this.#fence = undefined;
  }

  async #run(): Promise<void> {
    const { pulse, bus, tenant, onProblem, domain } = this.#options;
    while (!this.#isStopping) {
      try {
        if (this.#rest.isResting) await this.#lookAtRest();
        else await this.#work();
        this.#failures = 0;
      } catch (error) {
        this.#fence = undefined;
        const failures = ++this.#failures;
        if (failures === 1 || failures % 20 === 0)
          onProblem(`The relay of ${domain} waits: events cannot be numbered now`, error);
      }
      if (this.#isStopping) return;
      if (this.#failures) await pulse.next(Math.min(100 * this.#failures, 5000));
      else await pulse.next(this.#rest.waitMs(), bus.isAwaited(tenant, domain) ? gapMs : idleGapMs);
    }
  }

  async #work(): Promise<void> {
    await this.#publishAll();
    await this.#pruneReceipts();
  }

  /** Writes nothing while nothing waits, and leaves the lease to whoever needs it: what is written
   * wakes all loops of the database. */
  async #lookAtRest(): Promise<void> {
    const { store, looks } = this.#options;
    const end = this.#isTold ? undefined : await looks?.begin();
    this.#isTold = false;
    try {
      if (this.#isStopping) return;
      if (await store.relay.isBehind()) {
        this.#rest.work();
        return await this.#work();
      }
      await this.#release();
    } finally {
      end?.();
    }
  }

  /** Once a minute, or one batch after the other while there are more. */
  async #pruneReceipts(): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now().getTime();
    if (this.#fence === undefined || now - this.#prunedAt < pruneMs) return;
    const before = new Date(now - receiptsKeptMs).toISOString();
    const pruned = await store.upkeep.pruneReceipts(before, pruneMax);
    if (pruned < pruneMax) this.#prunedAt = now;
  }

  async #publishAll(): Promise<void> {
    const { store, owner, clock } = this.#options;
    const now = clock.now().getTime();
    if (this.#fence === undefined || now - this.#leasedAt > renewMs) {
      this.#mayHold = true;
      this.#fence = await store.relay.lease(owner, leaseMs);
      this.#leasedAt = now;
    }
    if (this.#fence === undefined) return;
    for (;;) {
      const numbered = await this.#numberSome(this.#fence);
      if (numbered) this.#rest.work();
      // whoever commits from now on pokes
      if (numbered < batchMax) return;
      if (this.#isStopping || clock.now().getTime() - this.#leasedAt > renewMs) {
        this.#options.pulse.poke();
        return;
      }
    }
  }

  /** Hands a batch to the bus, where anybody listens. */
  async #numberSome(fence: number): Promise<number> {
    const { store, bus, tenant, domain } = this.#options;
    if (!bus.isHeard(domain)) return store.relay.number(fence, batchMax);
    const events = await store.relay.publish(fence, batchMax);
    if (events.length) bus.publish(tenant, domain, events);
    return events.length;
  }
}
