/** Feeds one handler with the events of one producer: at least once, each handled once, a bad one
 * set aside. */
import type { CallContext, HandledEvent, Handler } from '@morrow/contract';
import type { DeadLetter, Pulse, Session, Store, StoredEvent } from '@morrow/engines';
import type { Clock } from '@morrow/kernel';
import { actorOf, handled, type EventSource } from './event-source.ts';
import { isPassing, nextTry, sentenceOf } from './failures.ts';
import { farRestMs, pollMs, Rest, restMs, type Looks } from '@morrow/document-keeper';

export interface HandlerLoopOptions {
  readonly tenant: string;
  /** The domain that handles. */
  readonly domain: string;
  readonly handler: Handler;
  readonly store: Store;
  readonly source: EventSource;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly onProblem: (sentence: string, cause: unknown) => void;
  readonly signed?: ((context: CallContext) => CallContext) | undefined;
  /** Turns of loops at rest; absent: it looks without one. */
  readonly looks?: Looks | undefined;
  /** Whether it begins as after work; it does unless told. */
  readonly isLively?: boolean | undefined;
  /** Changes the order of a batch, or doubles events in it: for tests that shuffle. */
  readonly arrange?: ((events: readonly StoredEvent[]) => readonly StoredEvent[]) | undefined;
}

const batchMax = 200;
const pageMax = 500;
/** Hints are held only of the numbers that come next, so that none from far ahead takes the place
 * of those; what lies beyond is read from the source. */
const aheadMax = 1000;
/** So many numbers at most are passed by before they are marked. */
const passedMax = 1000;
const callMs = 60_000;
/** Letters that are tried again in one look. */
const lettersMax = 100;

export class HandlerLoop {
  readonly #options: HandlerLoopOptions;
  readonly #buffer = new Map<number, StoredEvent>();
  readonly #producer: string;
  #watermark = -1;
  /** Those of the batch at hand that concern the handler: decided once, since it may want others a
   * moment later. */
  #wanted: ReadonlySet<number> = new Set();
  /** Numbers that do not concern the handler and are not marked in the store yet. */
  #passed: number[] = [];
  #readAt = -Infinity;
  #hasMore = true;
  #isStopping = false;
  #running: Promise<void> | undefined;
  readonly #rest: Rest;
  #isTold = false;
  /** When a letter is tried again, ms since 1970. */
  #retryAt: number | undefined;

  constructor(options: HandlerLoopOptions) {
    this.#options = options;
    const { clock, isLively, looks, source } = options;
    this.#rest = new Rest({ clock, isLively, looks, restMs: source.isHere ? restMs : farRestMs });
    this.#producer = options.handler.on.spec.domain;
  }

  get name(): string {
    return `${this.#options.domain}.${this.#options.handler.name}`;
  }
  get producer(): string {
    return this.#producer;
  }
  /** Number up to which this process has nothing left to do; -1 before it knows. */
  get position(): number {
    return this.#watermark;
  }
  /** Whether it would handle any event that came now. */
  get isWaiting(): boolean {
    const { handler, tenant } = this.#options;
    return !handler.wants || handler.events.some((type) => handler.wants?.(tenant, type));
  }
  /** Hints of the bus. What is held already stays: a number has one event. */
  offer(events: readonly StoredEvent[]): void {
    const from = Math.max(this.#watermark, 0);
    for (const event of events) {
      const { number } = event;
      if (number <= this.#watermark || this.#buffer.has(number)) continue;
      if (number <= from + aheadMax) this.#buffer.set(number, event);
      else this.#hasMore = true;
    }
    this.#rest.work();
    this.#isTold = true;
    this.#options.pulse.poke();
  }
  start(): void {
    this.#running ??= this.#run();
  }
  /** Ends after the batch at hand. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.pulse.poke();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pulse, onProblem } = this.#options;
    let failures = 0;
    while (!this.#isStopping) {
      try {
        await this.#look();
        failures = 0;
      } catch (error) {
        failures++;
        this.#watermark = -1;
        if (failures === 1 || failures % 20 === 0)
          onProblem(`${this.name} waits: its events cannot be read or stored now`, error);
      }
      if (this.#isStopping) return;
      if (failures) await pulse.next(Math.min(100 * failures, 5000));
      else await pulse.next(this.#rest.waitMs(this.#retryAt));
    }
  }

  async #look(): Promise<void> {
    const isUntold = this.#rest.isResting && !this.#isTold;
    const end = isUntold ? await this.#options.looks?.begin() : undefined;
    this.#isTold = false;
    try {
      if (!this.#isStopping) await this.#drain();
    } finally {
      end?.();
    }
  }

  async #drain(): Promise<void> {
    const { store, handler } = this.#options;
    if (this.#watermark < 0) {
      this.#passed = [];
      this.#hasMore = true;
      this.#watermark = await store.inbox.watermark(handler.name, this.#producer);
    }
    while (!this.#isStopping) {
      let batch = this.#contiguous();
      if (!batch.length) {
        if (!(await this.#readOn())) return;
        batch = this.#contiguous();
      }
      this.#rest.work();
      if (this.#wanted.size) await this.#handleBatch(batch);
      else this.#passed.push(...batch.map(({ number }) => number));
      if (this.#passed.length >= passedMax) await this.#markPassed();
      this.#watermark = batch.at(-1)?.number ?? this.#watermark;
    }
  }

  /** Reads from the source where the bus left a gap, where there was more than a page, and once a
   * second in any case. Says whether something came. */
  async #readOn(): Promise<boolean> {
    const { source, clock } = this.#options;
    const now = clock.now().getTime();
    const isDue = now - this.#readAt >= pollMs;
    if (!this.#hasMore && !this.#buffer.size && !isDue) return false;
    if (isDue) await this.#retryParked();
    const held = [...this.#buffer.keys()];
    this.#hasMore = false;
    const page = await source.since(this.#watermark, pageMax);
    this.#readAt = now;
    // the owner has published nothing beyond: what was held before was never an event
    if (!page.length) for (const number of held) this.#buffer.delete(number);
    for (const event of page) this.#buffer.set(event.number, event);
    if (page.length) this.#hasMore = true;
    return page.length > 0;
  }

  #concerns({ protocol, type }: StoredEvent): boolean {
    const { handler, tenant } = this.#options;
    if (protocol !== handler.on.spec.name || !handler.events.includes(type)) return false;
    return handler.wants?.(tenant, type) ?? true;
  }

  /** Marks what did not concern the handler. */
  async #markPassed(): Promise<void> {
    await this.#take([]);
  }

  /** What follows without a gap, up to where the handler would act for somebody else. */
  #contiguous(): StoredEvent[] {
    const batch: StoredEvent[] = [];
    const wanted = new Set<number>();
    let actor: string | undefined;
    for (let number = this.#watermark + 1; batch.length < batchMax; number++) {
      const event = this.#buffer.get(number);
      if (!event) break;
      if (this.#concerns(event)) {
        actor ??= actorOf(event);
        if (actor !== actorOf(event)) break;
        wanted.add(number);
      }
      this.#buffer.delete(number);
      batch.push(event);
    }
    if (!batch.length && this.#buffer.size)
      for (const number of this.#buffer.keys())
        if (number <= this.#watermark) this.#buffer.delete(number);
    this.#wanted = wanted;
    return batch;
  }

  async #handleBatch(batch: readonly StoredEvent[]): Promise<void> {
    const { arrange } = this.#options;
    try {
      await this.#handle(arrange ? arrange(batch) : batch);
    } catch (error) {
      if (batch.length > 1) {
        for (const event of batch) await this.#handleBatch([event]);
      } else await this.#park(batch, error);
    }
  }

  async #handle(events: readonly StoredEvent[]): Promise<void> {
    const { handler, store } = this.#options;
    const numbers = [...new Set(events.map(({ number }) => number))];
    if (handler.kind === 'messenger') {
      const fresh = await store.inbox.fresh(handler.name, this.#producer, numbers);
      const due = this.#due(events, this.#wantedOf(fresh));
      if (due.length) await handler.handle(due, this.#context(due));
      await this.#take(numbers);
      return;
    }
    const all = [...this.#passed, ...numbers];
    await store.transact(handler.name, async (session) => {
      const fresh = await session.take(handler.name, this.#producer, all);
      const due = this.#due(events, this.#wantedOf(fresh));
      if (due.length) await handler.handle(due, this.#context(due), session);
    });
    this.#passed = [];
  }

  /** Marks numbers as handled, those that were passed by with them. */
  async #take(numbers: readonly number[]): Promise<void> {
    const { handler, store } = this.#options;
    const label = handler.kind === 'messenger' ? `${handler.name}.handled` : handler.name;
    await store.transact(label, async (session) => {
      await session.take(handler.name, this.#producer, [...this.#passed, ...numbers]);
    });
    this.#passed = [];
  }

  #wantedOf(fresh: readonly number[]): Set<number> {
    return new Set(fresh.filter((number) => this.#wanted.has(number)));
  }

  /** Those that are asked for, each once, decoded. */
  #due(events: readonly StoredEvent[], asked: Set<number>): HandledEvent[] {
    const { on, form } = this.#options.handler;
    return events.flatMap((event) =>
      asked.delete(event.number) ? [handled(on, event, form)] : [],
    );
  }

  #context(due: readonly HandledEvent[]): CallContext {
    const { tenant, domain, handler, clock, signed = (context) => context } = this.#options;
    const [first] = due;
    const last = due.at(-1);
    return signed({
      tenant,
      actor: `module:${domain}`,
      onBehalfOf: first?.actor,
      trace: first?.trace ?? '',
      deadlineAt: clock.now().getTime() + callMs,
      key: `${domain}.${handler.name}:${first?.number}-${last?.number}:${due.length}`,
    });
  }

  async #park([event]: readonly StoredEvent[], error: unknown): Promise<void> {
    if (!event) return;
    const { handler, store, onProblem, clock } = this.#options;
    if (isPassing(error)) throw error;
    onProblem(`${this.name} could not handle event ${event.number} (${event.type})`, error);
    const { number } = event;
    const letter = { handler: handler.name, producer: this.#producer, number, attempts: 1 };
    const failed = { sentence: sentenceOf(error), retryAt: nextTry(clock, 0) };
    await store.transact(`${handler.name}.parked`, async (session) => {
      const fresh = await session.take(handler.name, this.#producer, [number]);
      if (fresh.length) await session.park({ ...letter, ...failed });
    });
  }

  async #retryParked(): Promise<void> {
    const now = this.#options.clock.now().toISOString();
    const { handler, store } = this.#options;
    const letters = await store.inbox.toRetry(handler.name, this.#producer, lettersMax);
    const [first] = letters;
    this.#retryAt = first?.retryAt === undefined ? undefined : Date.parse(first.retryAt);
    for (const letter of letters)
      if (letter.retryAt && letter.retryAt <= now) await this.retry(letter);
  }

  /** Hands a parked event to the handler again; says whether it was handled now. A reaction and the
   * removal of the letter are one commit; a messenger's calls carry the event's key. */
  async retry(letter: DeadLetter): Promise<boolean> {
    const { handler, store, source, clock } = this.#options;
    const { number, attempts } = letter;
    const [event] = await source.since(number - 1, 1);
    if (!event) return false;
    const due = this.#due([event], new Set([number]));
    const settle = (session: Session) => session.settle(handler.name, this.#producer, number);
    try {
      if (handler.kind === 'messenger') {
        await handler.handle(due, this.#context(due));
        return await store.transact(`${handler.name}.retried`, settle);
      }
      return await store.transact(`${handler.name}.retried`, async (session) => {
        const isThere = await settle(session);
        if (isThere) await handler.handle(due, this.#context(due), session);
        return isThere;
      });
    } catch (error) {
      const failed = { sentence: sentenceOf(error), tryAt: nextTry(clock, attempts) };
      await store.inbox.postpone(letter, failed);
      return false;
    }
  }
}
