/** Works on one instance in a run that outlives its process: it decides what is called, stored and
 * waited for, and does nothing of it itself. No clock, no chance, no I/O: a replay comes to the
 * same. */
import type { DocumentRow, NewEvent } from '@morrow/document-keeper';
import type { WorkflowDefinition } from '@morrow/workflow-language';
import type { Happening } from '../happening.ts';
import { isOver } from '../instance.ts';
import { machineOf, type Machine } from '../machine.ts';
import { keyOf, prepareCall, type PreparedCall } from './call-step.ts';
import { StoredInstance } from './stored-instance.ts';
import { takenUp } from './take-up.ts';

/** An instance as it is stored, with its definition; JSON. */
export interface Loaded {
  readonly row: DocumentRow;
  readonly definition: WorkflowDefinition;
  /** Why it cannot go on here; absent: it can. */
  readonly missing?: string | undefined;
}
/** What has become of an instance that stood at a version; JSON. Without events only its alarm is
 * set. */
export interface DurableChange {
  readonly version: number;
  readonly events: readonly NewEvent[];
}
/** What a run asks of the world; answers are JSON. */
export interface DurableActivities {
  /** Undefined where there is no such instance, or nobody here knows its definition. */
  load(): Promise<Loaded | undefined>;
  call(asked: PreparedCall): Promise<Happening>;
  /** The row as it stands then; undefined where it had moved, and nothing was stored. */
  store(change: DurableChange): Promise<DocumentRow | undefined>;
}
export interface DurableHost extends DurableActivities {
  /** Milliseconds since 1970, as the run counts them. */
  now(): number;
  /** Ends when `isDue` holds, or after so many milliseconds; undefined: never by itself. */
  wait(isDue: () => boolean, waitMs: number | undefined): Promise<void>;
  /** Whether somebody has said since the last time that the instance may have moved. */
  takeNews(): boolean;
  hasNews(): boolean;
  /** Whether the run has become so long that another one has to go on. */
  isLong(): boolean;
}
/** `waits`: nothing is due by itself. `long`: another run has to go on at once. */
export type DurableEnd = 'waits' | 'long';

export async function driveDurably(host: DurableHost): Promise<DurableEnd> {
  // what began the run is in what is read now
  host.takeNews();
  const loaded = await host.load();
  if (!loaded) return 'waits';
  const run = new DurableDrive(host, machineOf(loaded.definition), loaded);
  return run.run();
}

class DurableDrive {
  readonly #host: DurableHost;
  readonly #machine: Machine;
  /** Keys of calls under way. */
  readonly #calls = new Set<string>();
  readonly #answers: Happening[];
  #held: StoredInstance;
  #isOutdated = false;
  #isAlarmSet = false;

  constructor(host: DurableHost, machine: Machine, { row, missing }: Loaded) {
    this.#host = host;
    this.#machine = machine;
    this.#held = StoredInstance.of(machine, row);
    this.#answers = [...takenUp(missing)];
  }
  get #now(): string {
    return new Date(this.#host.now()).toISOString();
  }

  async run(): Promise<DurableEnd> {
    const host = this.#host;
    for (;;) {
      if (host.takeNews()) this.#isOutdated = true;
      if (this.#isOutdated && !(await this.#reload())) return 'waits';
      for (const happening of this.#answers.splice(0)) await this.#held.tell(happening, this.#now);
      const { wakeAt: soonest } = this.#held.workAt(this.#now);
      if (soonest !== undefined && soonest <= this.#now)
        await this.#held.tell({ kind: 'woke' }, this.#now);
      const { calls, wakeAt } = this.#held.workAt(this.#now);
      const isIdle = !calls.length && !this.#calls.size;
      if (this.#held.events.length || (isIdle && !this.#isAlarmSet)) {
        await this.#store();
        continue;
      }
      for (const call of calls) {
        const key = keyOf(this.#held.id, call);
        if (this.#calls.has(key)) continue;
        const asked = await prepareCall(this.#held, call);
        if (asked.prepared) this.#begin(asked.prepared);
        else this.#answers.push(asked.broken);
      }
      if (this.#isDue()) continue;
      if (isIdle && (wakeAt === undefined || isOver(this.#held.state))) return 'waits';
      if (!this.#calls.size && host.isLong()) return 'long';
      const waitMs = wakeAt === undefined ? undefined : Date.parse(wakeAt) - host.now();
      await host.wait(() => this.#isDue(), waitMs === undefined ? undefined : Math.max(waitMs, 1));
    }
  }

  #isDue(): boolean {
    return this.#answers.length > 0 || this.#host.hasNews();
  }
  #begin(asked: PreparedCall): void {
    this.#calls.add(asked.key);
    void this.#host.call(asked).then((happening) => {
      this.#calls.delete(asked.key);
      this.#answers.push(happening);
    });
  }

  async #store(): Promise<void> {
    const { before, events } = this.#held;
    const row = await this.#host.store({ version: before?.version ?? 0, events });
    if (!row) {
      this.#isOutdated = true;
      return;
    }
    this.#isAlarmSet = true;
    this.#held = StoredInstance.of(this.#machine, row);
  }

  /** Reads the row again, and tells what is not stored to the instance as it stands now. Says
   * whether there is one. */
  async #reload(): Promise<boolean> {
    const { happenings } = this.#held;
    this.#isOutdated = false;
    this.#isAlarmSet = false;
    const loaded = await this.#host.load();
    if (!loaded) return false;
    this.#held = StoredInstance.of(this.#machine, loaded.row);
    for (const happening of [...takenUp(loaded.missing), ...happenings])
      await this.#held.tell(happening, this.#now);
    return true;
  }
}
