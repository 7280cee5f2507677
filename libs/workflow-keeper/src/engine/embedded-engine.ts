/** Runs instances on PostgreSQL alone: claims those whose alarm is due, in any number of processes,
 * and drives each until it waits. */
import type { Pulse } from '@morrow/contract';
import {
  DueTime,
  livelyTenantsMax,
  Looks,
  pollMs,
  Rest,
  type DueTimer,
} from '@morrow/document-keeper';
import type { Happening } from '../happening.ts';
import { isOver } from '../instance.ts';
import { alarmName } from './alarm.ts';
import { Drive, type Driver } from './drive.ts';
import type { StoredInstance } from './stored-instance.ts';
import { workflowInstance } from './instance-documents.ts';
import { missingFor, parkUnknown, takenUp } from './take-up.ts';
import type { EngineOptions, WorkflowEngine } from './workflow-engine.ts';

/** Instances that one process works on at a time, for each tenant. */
const inHandMax = 100;
/** Alarms that come due within it are claimed together. */
const gapMs = 2;

/** An engine that can be given an instance. */
export interface EmbeddedEngine extends WorkflowEngine {
  /** Takes one up that was stored with this process as its owner; resolves when it waits or is
   * over. */
  take(tenant: string, held: StoredInstance): Promise<void>;
}

export function embeddedEngine(options: EngineOptions): EmbeddedEngine {
  const loops = new Map<string, EngineLoop>();
  const looks = new Looks(options.newPulse);
  return {
    start(tenant) {
      if (loops.has(tenant)) return;
      const isLively = loops.size < livelyTenantsMax;
      const loop = new EngineLoop(tenant, options, looks, isLively);
      loops.set(tenant, loop);
      loop.start();
    },
    expect: (tenant) => loops.get(tenant)?.expect(),
    take: async (tenant, held) => loops.get(tenant)?.drive(held, []),
    async stopTenant(tenant) {
      await loops.get(tenant)?.stop();
      loops.delete(tenant);
    },
    async stop() {
      await Promise.all([...loops.values()].map((loop) => loop.stop()));
    },
  };
}

/** The loop of one tenant. */
class EngineLoop {
  readonly #tenant: string;
  readonly #options: EngineOptions;
  readonly #driver: Driver;
  readonly #pulse: Pulse;
  readonly #inHand = new Map<string, { readonly drive: Drive; readonly ended: Promise<void> }>();
  #expectedUntil = 0;
  #isStopping = false;
  #running: Promise<void> | undefined;
  readonly #rest: Rest;
  readonly #due: DueTime;
  readonly #looks: Looks;
  #isTold = false;

  constructor(tenant: string, options: EngineOptions, looks: Looks, isLively: boolean) {
    const { clock } = options;
    this.#rest = new Rest({ clock, isLively, looks });
    this.#due = new DueTime(this.#rest, clock);
    this.#looks = looks;
    this.#tenant = tenant;
    this.#options = options;
    this.#driver = { tenant, ...options, signed: (context) => options.signed(context) };
    this.#pulse = options.newPulse();
  }
  get #store() {
    return this.#options.stores.of(this.#tenant);
  }
  get #now(): number {
    return this.#options.clock.now().getTime();
  }

  start(): void {
    const { relay } = this.#store;
    relay.onCommit(() => {
      const wasResting = this.#rest.isResting;
      this.#rest.work();
      if (wasResting || this.#now < this.#expectedUntil) this.#pulse.poke();
    });
    relay.onWritten(() => {
      if (!this.#rest.isResting) return;
      this.#isTold = true;
      this.#due.forget();
      this.#pulse.poke();
    });
    this.#running ??= this.#run();
  }
  /** The transaction that makes something due may not be committed yet. */
  expect(): void {
    this.#expectedUntil = this.#now + pollMs;
    this.#rest.work();
    this.#pulse.poke();
  }
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#pulse.poke();
    for (const { drive } of this.#inHand.values()) drive.stop();
    await this.#running;
    await Promise.all([...this.#inHand.values()].map(({ ended }) => ended));
  }

  async #run(): Promise<void> {
    const { onProblem } = this.#options;
    let failures = 0;
    while (!this.#isStopping) {
      let waitMs: number;
      try {
        waitMs = this.#due.leftMs ?? (await this.#look());
        failures = 0;
      } catch (error) {
        failures++;
        waitMs = Math.min(100 * failures, 5000);
        if (failures === 1 || failures % 20 === 0)
          onProblem('Workflows wait: their instances cannot be read now', error);
      }
      if (!this.#isStopping) await this.#pulse.next(waitMs, gapMs);
    }
  }

  async #look(): Promise<number> {
    const isUntold = this.#rest.isResting && !this.#isTold;
    const end = isUntold ? await this.#looks.begin() : undefined;
    this.#isTold = false;
    try {
      return this.#isStopping ? 0 : await this.#claimAll();
    } finally {
      end?.();
    }
  }

  /** Takes up what is due, as far as there is room; gives the milliseconds until the next look. */
  async #claimAll(): Promise<number> {
    for (;;) {
      const room = inHandMax - this.#inHand.size;
      if (room <= 0) return pollMs;
      const next = await this.#store.timers.next([alarmName]);
      this.#due.read(next);
      const leftMs = next === undefined ? pollMs : Date.parse(next) - this.#now;
      if (leftMs > 0) return this.#due.waitMs;
      this.#rest.work();
      const { owner, book } = this.#options;
      const at = (ms: number) => new Date(this.#now + ms).toISOString();
      const claim = { now: at(0), until: at(book.leaseMs), owner, limit: room };
      const claimed = await this.#store.timers.claim(alarmName, claim);
      if (!claimed.length || this.#isStopping) return gapMs;
      await this.#takeUp(claimed);
    }
  }

  async #takeUp(claimed: readonly DueTimer[]): Promise<void> {
    const fresh: DueTimer[] = [];
    for (const timer of claimed) {
      const mine = this.#inHand.get(timer.id);
      if (mine) mine.drive.refresh();
      else fresh.push(timer);
    }
    const ids = fresh.map(({ id }) => id);
    const rows = await this.#store.loadMany(workflowInstance.name, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { id, data } of fresh) {
      const row = byId.get(id);
      if (!row || isOver(row.state)) continue;
      const held = await this.#options.book.hold(this.#tenant, row);
      const owner = data['owner'];
      const wasLost = owner !== undefined && owner !== this.#options.owner;
      if (held) void this.drive(held, this.#happeningsOf(held, wasLost));
      else await parkUnknown(this.#store, row, this.#options.clock);
    }
  }

  #happeningsOf(held: StoredInstance, wasLost: boolean): readonly Happening[] {
    const lost: readonly Happening[] = wasLost ? [{ kind: 'lost' }] : [];
    return [...lost, ...takenUp(missingFor(held, this.#options.catalog))];
  }

  drive(held: StoredInstance, happenings: readonly Happening[]): Promise<void> {
    const { newPulse, onProblem } = this.#options;
    const drive = new Drive(this.#driver, held, newPulse());
    const ended = drive
      .run(happenings)
      .catch((error: unknown) => {
        onProblem(`The workflow instance ${held.id} waits: it cannot go on now`, error);
      })
      .finally(() => {
        this.#inHand.delete(held.id);
        if (this.#inHand.size === inHandMax - 1) this.#pulse.poke();
      });
    this.#inHand.set(held.id, { drive, ended });
    if (this.#isStopping) drive.stop();
    return ended;
  }
}
