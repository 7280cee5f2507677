/** Works on one instance while it has something to do: calls, hears the answers, stores them. */
import type { Pulse } from '@morrow/contract';
import { hasMoved } from '@morrow/document-keeper';
import type { Catalog } from '@morrow/workflow-language';
import type { Happening } from '../happening.ts';
import { isQuery, type DueCall, type InstanceWork } from '../work-of.ts';
import { callShare } from './alarm.ts';
import { callStep, keyOf, type Caller } from './call-step.ts';
import type { StoredInstance } from './stored-instance.ts';
import type { InstanceBook } from './instance-book.ts';

export interface Driver extends Caller {
  readonly book: InstanceBook;
  /** Protocols whose operations can be called. */
  readonly catalog: Catalog;
  readonly owner: string;
}

/** How long answers wait for others, to be stored together. */
const togetherMs = 4;
/** The part of a lease that may be gone when a call is begun: half of what a call leaves of it. */
const goneShare = (1 - callShare) / 2;

export class Drive {
  readonly #driver: Driver;
  readonly #pulse: Pulse;
  /** Keys of calls under way. */
  readonly #calls = new Set<string>();
  readonly #answers: Happening[] = [];
  #held: StoredInstance;
  #isOutdated = false;
  #isStopping = false;
  /** Whether the alarm says what it has to say when nobody works on the instance. */
  #isAlarmSet = false;
  #leasedAt: number;
  #pendingSince = 0;

  constructor(driver: Driver, held: StoredInstance, pulse: Pulse) {
    this.#driver = driver;
    this.#held = held;
    this.#pulse = pulse;
    this.#leasedAt = this.#now;
  }
  get #now(): number {
    return this.#driver.clock.now().getTime();
  }
  get #leaseMs(): number {
    return this.#driver.book.leaseMs;
  }

  /** Somebody else may have stored something: the row is read again. */
  refresh(): void {
    this.#isOutdated = true;
    this.#pulse.poke();
  }
  /** Begins no further call; `run` ends when those under way have answered. */
  stop(): void {
    this.#isStopping = true;
    this.#pulse.poke();
  }

  /** Ends when the instance waits for something, is over, or the process stops. */
  async run(first: readonly Happening[]): Promise<void> {
    this.#answers.push(...first);
    for (;;) {
      if (this.#isOutdated) await this.#reload();
      for (const happening of this.#answers.splice(0)) await this.#tell(happening);
      const { calls, wakeAt } = await this.#workNow();
      const waiting = calls.filter((call) => !this.#calls.has(keyOf(this.#held.id, call)));
      const ahead = this.#isStopping ? [] : waiting.filter((call) => this.#mayRunAhead(call));
      for (const call of ahead) await this.#call(call);
      if (this.#isOutdated) continue;
      const isLeft = waiting.length > ahead.length && !this.#isStopping;
      const isPending = this.#held.happenings.length > 0;
      const age = this.#now - this.#pendingSince;
      if (isPending && (!this.#calls.size || isLeft || age >= togetherMs)) {
        await this.#store();
        continue;
      }
      if (!this.#calls.size && !this.#answers.length && !this.#isOutdated) {
        if (!this.#isAlarmSet || (this.#isStopping && calls.length)) await this.#store();
        if (!this.#isOutdated) return;
      } else if (!this.#answers.length && !this.#isOutdated) {
        const due = wakeAt === undefined ? this.#leaseMs : Date.parse(wakeAt) - this.#now;
        const waitMs = isPending ? Math.min(due, togetherMs - age) : Math.min(due, this.#leaseMs);
        await this.#pulse.next(Math.max(waitMs, 1));
      }
    }
  }

  async #tell(happening: Happening): Promise<void> {
    const wasPending = this.#held.happenings.length > 0;
    const now = new Date(this.#now).toISOString();
    if ((await this.#held.tell(happening, now)) && !wasPending) this.#pendingSince = this.#now;
  }

  /** What there is to do, after what was due by now. */
  async #workNow(): Promise<InstanceWork> {
    const now = new Date(this.#now).toISOString();
    const work = this.#held.workAt(now);
    if (work.wakeAt === undefined || work.wakeAt > now) return work;
    await this.#tell({ kind: 'woke' });
    return this.#held.workAt(now);
  }

  /** A call may be made before what led to it is stored if that would come about again: queries
   * change nothing, and a command under its key answers what it has answered. A step that is undone
   * by another call waits: who cancels meanwhile would not know that it has to be undone. */
  #mayRunAhead({ operation, step: due, isUndo }: DueCall): boolean {
    const { catalog } = this.#driver;
    const { happenings, machine } = this.#held;
    if (!happenings.length || isQuery(catalog, operation)) return true;
    const next = machine.definition.steps[due];
    const undoing = next && 'call' in next ? next.compensate : undefined;
    if (!isUndo && undoing && 'call' in undoing) return false;
    return happenings.every((happening) => {
      if (happening.kind !== 'answered' && happening.kind !== 'refused') return false;
      const step = machine.definition.steps[happening.step];
      return !step || !('call' in step) || !isQuery(catalog, step.call);
    });
  }

  /** Begins nothing where somebody else has stored something: there may be nothing to call then. */
  async #call(call: DueCall): Promise<void> {
    if (this.#now - this.#leasedAt > this.#leaseMs * goneShare) await this.#store();
    if (this.#isOutdated) return;
    const held = this.#held;
    const key = keyOf(held.id, call);
    this.#calls.add(key);
    void callStep(this.#driver, held, call).then((happening) => {
      this.#calls.delete(key);
      this.#answers.push(happening);
      this.#pulse.poke();
    });
  }

  /** Stores what is pending, and the alarm in any case: who works on it, or when it goes on. */
  async #store(): Promise<void> {
    const { book, tenant, owner } = this.#driver;
    const held = this.#held;
    try {
      await book.save(tenant, held, this.#isStopping ? undefined : owner);
    } catch (error) {
      if (!hasMoved(error)) throw error;
      this.#isOutdated = true;
      return;
    }
    this.#isAlarmSet = true;
    this.#leasedAt = this.#now;
    this.#held = held.stored();
  }

  /** Reads the row again, and tells what is not stored to the instance as it stands now. */
  async #reload(): Promise<void> {
    const { book, tenant } = this.#driver;
    this.#isOutdated = false;
    const { happenings, id } = this.#held;
    const { held } = (await book.load(tenant, id)) ?? {};
    if (!held) throw new TypeError(`The instance ${id} no longer exists`);
    this.#held = held;
    this.#isAlarmSet = false;
    for (const happening of happenings) await this.#tell(happening);
  }
}
