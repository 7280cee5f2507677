/** An engine that hands its instances to runs which outlive their process: it looks whose alarm is
 * due and says so; the runs load, call and store through it. */
import type { Pulse } from '@morrow/contract';
import {
  DueTime,
  hasMoved,
  livelyTenantsMax,
  pollMs,
  Rest,
  type DocumentRow,
} from '@morrow/document-keeper';
import { alarmName } from './alarm.ts';
import { makeCall, type PreparedCall } from './call-step.ts';
import type { DurableChange, Loaded } from './durable-drive.ts';
import { missingFor, parkUnknown } from './take-up.ts';
import type { EngineOptions, WorkflowEngine } from './workflow-engine.ts';
import type { Happening } from '../happening.ts';

/** Which instance; JSON. */
export interface InstanceName {
  readonly tenant: string;
  readonly id: string;
}
/** What runs may ask of this process. What they throw is tried again. */
export interface InstanceActivities {
  load(of: InstanceName): Promise<Loaded | undefined>;
  call(of: InstanceName, asked: PreparedCall): Promise<Happening>;
  store(of: InstanceName, change: DurableChange): Promise<DocumentRow | undefined>;
}
/** Where instances run. */
export interface Runs {
  /** Begins a run of the instance, or tells the one that there is that it may have moved. */
  tell(of: InstanceName): Promise<void>;
  /** Ends after what is at hand in this process; the runs stay. */
  close(): Promise<void>;
}
/** Lets runs ask this process. Called once, when the engine starts. */
export type OpenRuns = (activities: InstanceActivities) => Promise<Runs>;

const gapMs = 2;
const handedMax = 100;

export function activitiesOf(options: EngineOptions): InstanceActivities {
  const { stores, book, catalog, clock } = options;
  const owner = 'runs';
  return {
    async load({ tenant, id }) {
      const { row, held } = (await book.load(tenant, id)) ?? {};
      if (row && !held) await parkUnknown(stores.of(tenant), row, clock);
      if (!row || !held) return undefined;
      return { row, definition: held.machine.definition, missing: missingFor(held, catalog) };
    },
    call({ tenant }, asked) {
      const { invoke, newPulse } = options;
      const signed: EngineOptions['signed'] = (context) => options.signed(context);
      return makeCall({ tenant, book, clock, invoke, newPulse, signed }, asked);
    },
    async store({ tenant, id }, { version, events }) {
      const { held } = (await book.load(tenant, id)) ?? {};
      if (held?.row.version !== version) return undefined;
      held.follow(events);
      try {
        await book.save(tenant, held, owner);
        return held.row;
      } catch (error) {
        if (hasMoved(error)) return undefined;
        throw error;
      }
    },
  };
}

export function durableEngine(options: EngineOptions, open: OpenRuns): WorkflowEngine {
  const loops = new Map<string, TenantLoop>();
  let runs: Promise<Runs> | undefined;
  let isStopping = false;
  /** Opens again where that has failed. */
  const opened = () => {
    runs ??= open(activitiesOf(options)).catch((error: unknown) => {
      runs = undefined;
      throw error;
    });
    return runs;
  };
  return {
    start(tenant) {
      if (loops.has(tenant)) return;
      const pulse = options.newPulse();
      const { relay } = options.stores.of(tenant);
      const { clock } = options;
      const rest = new Rest({ clock, isLively: loops.size < livelyTenantsMax });
      const due = new DueTime(rest, clock);
      relay.onCommit(() => {
        rest.work();
        pulse.poke();
      });
      relay.onWritten(() => {
        if (!rest.isResting) return;
        due.forget();
        pulse.poke();
      });
      let isOver = false;
      const end = () => {
        isOver = true;
        pulse.poke();
      };
      const looking = { pulse, rest, due, isOver: () => isStopping || isOver };
      const ended = handOverAll(tenant, options, opened, looking);
      loops.set(tenant, { poke: () => pulse.poke(), end, ended });
    },
    expect: (tenant) => loops.get(tenant)?.poke(),
    async stopTenant(tenant) {
      const ending = loops.get(tenant);
      loops.delete(tenant);
      ending?.end();
      await ending?.ended;
    },
    async stop() {
      isStopping = true;
      for (const { end } of loops.values()) end();
      await Promise.all([...loops.values()].map(({ ended }) => ended));
      await (await runs?.catch(() => undefined))?.close();
    },
  };
}

/** What a loop waits by, and whether it is to end. */
interface Looking {
  readonly pulse: Pulse;
  readonly rest: Rest;
  readonly due: DueTime;
  isOver(): boolean;
}
interface TenantLoop {
  poke(): void;
  end(): void;
  readonly ended: Promise<void>;
}

/** Hands over what is due, and waits for more, until it is to end. */
async function handOverAll(
  tenant: string,
  options: EngineOptions,
  opened: () => Promise<Runs>,
  { pulse, rest, due, isOver }: Looking,
): Promise<void> {
  for (let failures = 0; !isOver();) {
    let waitMs: number;
    try {
      waitMs = due.leftMs ?? (await handOver(tenant, options, await opened(), { rest, due }));
      failures = 0;
    } catch (error) {
      failures++;
      waitMs = Math.min(100 * failures, 5000);
      if (failures === 1 || failures % 20 === 0)
        options.onProblem('Workflows wait: their instances cannot be handed over now', error);
    }
    if (!isOver()) await pulse.next(waitMs, gapMs);
  }
}

/** Tells the runs of all instances whose alarm is due; the alarm comes again after a lease, unless
 * the run has stored something by then. Gives the milliseconds until the next look. */
async function handOver(
  tenant: string,
  { stores, book, clock, owner }: EngineOptions,
  runs: Runs,
  { rest, due }: Pick<Looking, 'rest' | 'due'>,
): Promise<number> {
  const { timers } = stores.of(tenant);
  for (;;) {
    const next = await timers.next([alarmName]);
    due.read(next);
    const leftMs = next === undefined ? pollMs : Date.parse(next) - clock.now().getTime();
    if (leftMs > 0) return due.waitMs;
    rest.work();
    const at = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
    const claim = { now: at(0), until: at(book.leaseMs), owner, limit: handedMax };
    const claimed = await timers.claim(alarmName, claim);
    if (!claimed.length) return gapMs;
    await Promise.all(claimed.map(({ id }) => runs.tell({ tenant, id })));
  }
}
