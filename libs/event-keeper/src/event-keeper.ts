/** Runs the relay and the handlers of one domain for every tenant, until it is told to stop. */
import type { CallContext, Follower, Handler, TimerHandler } from '@morrow/contract';
import type { Bus, NewPulse, Store, Stores, StoredEvent } from '@morrow/engines';
import type { Clock } from '@morrow/kernel';
import type { EventSource } from './event-source.ts';
import { HintFollowing } from './follow-hints.ts';
import { HandlerLoop } from './handler-loop.ts';
import { RelayLoop } from './relay-loop.ts';
import { livelyTenantsMax, Looks } from '@morrow/document-keeper';
import { TimerLoop } from './timer-loop.ts';

export interface EventKeeping {
  readonly domain: string;
  readonly handlers: readonly Handler[];
  readonly followers?: readonly Follower[] | undefined;
  readonly timers?: Readonly<Record<string, TimerHandler>> | undefined;
  readonly stores: Stores;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly newPulse: NewPulse;
  /** Unique per process: who holds the relay's lease. */
  readonly owner: string;
  /** Where the events of a producer are read. */
  sourceOf(tenant: string, producer: string): EventSource;
  onProblem(sentence: string, cause: unknown): void;
  /** Adds to a context what proves to other domains that this one acts; absent: nobody asks. */
  readonly signed?: ((context: CallContext) => CallContext) | undefined;
  readonly arrange?: ((events: readonly StoredEvent[]) => readonly StoredEvent[]) | undefined;
}

/** The loops of one tenant. */
interface Loops {
  readonly relay: RelayLoop;
  readonly handlers: readonly HandlerLoop[];
  readonly timers: TimerLoop | undefined;
}

export class EventKeeper {
  readonly #keeping: EventKeeping;
  readonly #loops = new Map<string, Loops>();
  readonly #subscriptions: (() => void)[] = [];

  readonly #looks: Looks;

  constructor(keeping: EventKeeping) {
    this.#keeping = keeping;
    this.#looks = new Looks(keeping.newPulse);
  }

  /** Begins to number, publish and handle for all tenants known now. */
  start(): void {
    const { handlers, bus, stores } = this.#keeping;
    for (const producer of new Set(handlers.map(({ on }) => on.spec.domain))) {
      const loopsOf = (tenant: string) =>
        (this.#loops.get(tenant)?.handlers ?? []).filter((loop) => loop.producer === producer);
      const subscription = bus.subscribe(
        producer,
        (tenant, events) => loopsOf(tenant).forEach((loop) => loop.offer(events)),
        (tenant) => loopsOf(tenant).some(({ isWaiting }) => isWaiting),
      );
      this.#subscriptions.push(subscription);
    }
    this.#follow();
    for (const [at, tenant] of stores.tenants().entries())
      this.startTenant(tenant, at < livelyTenantsMax);
  }

  #follow(): void {
    const { followers = [], bus } = this.#keeping;
    const hearing = followers.filter(({ events }) => events.length);
    for (const [producer, same] of Map.groupBy(hearing, ({ on }) => on.spec.domain)) {
      const following = new HintFollowing(same);
      const subscription = bus.subscribe(
        producer,
        (tenant, events) => following.hear(tenant, events),
        (tenant) => following.isWaiting(tenant),
      );
      this.#subscriptions.push(subscription);
    }
  }

  /** `isLively`: it looks often from the beginning, as after work. */
  startTenant(tenant: string, isLively = true): void {
    if (this.#loops.has(tenant)) return;
    const { domain, stores, bus, clock, newPulse, owner } = this.#keeping;
    const { onProblem, arrange, signed } = this.#keeping;
    const store = stores.of(tenant);
    const looking = { looks: this.#looks, isLively };
    const relay = new RelayLoop({
      clock,
      tenant,
      domain,
      store,
      bus,
      pulse: newPulse(),
      owner,
      onProblem,
      ...looking,
    });
    const handlers = this.#keeping.handlers.map(
      (handler) =>
        new HandlerLoop({
          tenant,
          domain,
          handler,
          store,
          source: this.#keeping.sourceOf(tenant, handler.on.spec.domain),
          pulse: newPulse(),
          clock,
          onProblem,
          arrange,
          signed,
          ...looking,
        }),
    );
    const timers = this.#timersOf(tenant, store, isLively);
    this.#loops.set(tenant, { relay, handlers, timers });
    relay.start();
    timers?.start();
    for (const loop of handlers) loop.start();
  }

  #timersOf(tenant: string, store: Store, isLively: boolean): TimerLoop | undefined {
    const { timers: handlers, domain, clock, newPulse, onProblem, signed } = this.#keeping;
    if (!handlers || !Object.keys(handlers).length) return undefined;
    const pulse = newPulse();
    const pulsed = { tenant, domain, handlers, store, pulse, clock };
    return new TimerLoop({ ...pulsed, onProblem, signed, looks: this.#looks, isLively });
  }

  /** Whether events of the tenant are numbered: here, or by the process that has the lease. */
  relays(tenant: string): boolean {
    return this.#loops.get(tenant)?.relay.isWell ?? false;
  }
  /** Absent where the domain has no timers. */
  timerLoopOf(tenant: string): TimerLoop | undefined {
    return this.#loops.get(tenant)?.timers;
  }
  handlersOf(tenant: string): readonly HandlerLoop[] {
    return this.#loops.get(tenant)?.handlers ?? [];
  }

  /** Has the state of every projection of the tenant derived again, from the first event on. */
  async resetProjections(tenant: string): Promise<void> {
    await Promise.all(this.handlersOf(tenant).map((loop) => loop.reset()));
  }

  /** Ends the loops of a tenant after what they have at hand. */
  async stopTenant(tenant: string): Promise<void> {
    const loops = this.#loops.get(tenant);
    this.#loops.delete(tenant);
    if (loops) await ended([loops]);
  }

  /** Ends all loops after what they have at hand. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    await ended([...this.#loops.values()]);
  }
}

/** The relays last: they number what the others still commit. */
async function ended(loops: readonly Loops[]): Promise<void> {
  await Promise.all(
    loops.flatMap(({ handlers, timers = [] }) =>
      [...handlers, timers].flat().map((loop) => loop.stop()),
    ),
  );
  await Promise.all(loops.map(({ relay }) => relay.stop()));
}
