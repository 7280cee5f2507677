/** Feeds one handler with the events of one producer: at least once, each handled once, a bad one
 * set aside. */
import type { CallContext, HandledEvent, Handler } from '@morrow/contract';
import type { DeadLetter, LetterKey, Pulse, Session, Store, StoredEvent } from '@morrow/engines';
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
  /** Where the checkpoint of a projection stands in the store. */
  #checkpoint = 0;
  #isReset = false;
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
    while (!this.#isStopping) {
      if (this.#watermark < 0 || this.#isReset) await this.#begin();
      let batch = this.#contiguous();
      if (!batch.length) {
        if (!(await this.#readOn())) return;
        batch = this.#contiguous();
      }
      this.#rest.work();
      const last = batch.at(-1)?.number ?? this.#watermark;
      if (!this.#wanted.size) this.#passed.push(...batch.map(({ number }) => number));
      const isOurs =
        (!this.#wanted.size || (await this.#handleBatch(batch))) &&
        (this.#passed.length < passedMax || (await this.#take([])));
      this.#watermark = isOurs ? last : -1;
    }
  }

  /** Reads where the handler stands. */
  async #begin(): Promise<void> {
    const { store, handler } = this.#options;
    this.#isReset = false;
    this.#passed = [];
    this.#hasMore = true;
    this.#checkpoint = await store.inbox.watermark(handler.name, this.#producer);
    this.#watermark = this.#checkpoint;
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

  /** What follows without a gap, up to where the handler would act for somebody else. */
  #contiguous(): StoredEvent[] {
    const batch: StoredEvent[] = [];
    const wanted = new Set<number>();
    const isActing = this.#options.handler.kind !== 'projection';
    let actor: string | undefined;
    for (let number = this.#watermark + 1; batch.length < batchMax; number++) {
      const event = this.#buffer.get(number);
      if (!event) break;
      if (this.#concerns(event)) {
        actor ??= actorOf(event);
        if (isActing && actor !== actorOf(event)) break;
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

  /** False where another process has moved the checkpoint of a projection: it begins there. */
  async #handleBatch(batch: readonly StoredEvent[]): Promise<boolean> {
    const { arrange } = this.#options;
    try {
      return await this.#handle(arrange ? arrange(batch) : batch);
    } catch (error) {
      if (batch.length === 1) return this.#park(batch, error);
      for (const event of batch) if (!(await this.#handleBatch([event]))) return false;
      return true;
    }
  }

  async #handle(events: readonly StoredEvent[]): Promise<boolean> {
    const { handler, store } = this.#options;
    const numbers = [...new Set(events.map(({ number }) => number))];
    if (handler.kind === 'messenger') {
      const fresh = await store.inbox.fresh(handler.name, this.#producer, numbers);
      const due = this.#due(events, this.#wantedOf(fresh));
      if (due.length) await handler.handle(due, this.#context(due));
      return this.#take(numbers);
    }
    return this.#take(numbers, async (fresh, session) => {
      const due = this.#due(events, this.#wantedOf(fresh));
      if (due.length) await handler.handle(due, this.#context(due), session);
    });
  }

  /** Marks numbers as handled, those that were passed by with them, in one commit with what the
   * handler makes of those that were not marked before. */
  async #take(
    numbers: readonly number[],
    work: (fresh: readonly number[], session: Session) => Promise<void> = async () => undefined,
    suffix = this.#options.handler.kind === 'messenger' ? '.handled' : '',
  ): Promise<boolean> {
    const { handler, store } = this.#options;
    const all = [...this.#passed, ...numbers];
    const to = Math.max(...all);
    const isOurs = await store.transact(`${handler.name}${suffix}`, async (session) => {
      const fresh = await this.#mark(session, all, to);
      if (fresh) await work(fresh, session);
      return fresh !== undefined;
    });
    this.#passed = [];
    this.#checkpoint = to;
    return isOurs;
  }
  /** Gives those that were not marked before: a projection has one checkpoint for all. */
  async #mark(
    session: Session,
    numbers: readonly number[],
    to: number,
  ): Promise<readonly number[] | undefined> {
    const { kind, name } = this.#options.handler;
    if (kind !== 'projection') return session.take(name, this.#producer, numbers);
    const isMoved = await session.checkpoint(name, this.#producer, this.#checkpoint, to);
    return isMoved ? numbers : undefined;
  }

  /** Sends a projection back to the first event, and its state with it: whichever process comes
   * first derives it again. */
  async reset(): Promise<void> {
    const { handler, store, tenant, pulse } = this.#options;
    const [{ name }, producer] = [handler, this.#producer];
    if (handler.kind !== 'projection') return;
    const from = await store.inbox.watermark(name, producer);
    const letters = await this.#letters();
    const isBack = await store.transact(`${name}.reset`, async (session) => {
      if (!(await session.checkpoint(name, producer, from, 0))) return false;
      // what failed comes again with the others
      for (const { number } of letters) await session.settle(name, producer, number);
      await handler.reset(tenant, session);
      return true;
    });
    if (!isBack) return this.reset();
    this.#isReset = true;
    pulse.poke();
  }
  async #letters(): Promise<readonly DeadLetter[]> {
    const { handler, store } = this.#options;
    const key = { handler: handler.name, producer: this.#producer };
    const own: DeadLetter[] = [];
    for (let after: LetterKey = { ...key, number: 0 }; ; after = own.at(-1) ?? after) {
      const page = await store.inbox.letters({ after, limit: lettersMax });
      const found = page.filter(
        (each) => each.handler === key.handler && each.producer === key.producer,
      );
      own.push(...found);
      if (found.length < lettersMax) return own;
    }
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
      onBehalfOf: handler.kind === 'projection' ? undefined : first?.actor,
      trace: first?.trace ?? '',
      deadlineAt: clock.now().getTime() + callMs,
      key: `${domain}.${handler.name}:${first?.number}-${last?.number}:${due.length}`,
    });
  }

  async #park([event]: readonly StoredEvent[], error: unknown): Promise<boolean> {
    const { handler, onProblem, clock } = this.#options;
    if (!event || isPassing(error)) throw error;
    onProblem(`${this.name} could not handle event ${event.number} (${event.type})`, error);
    const { number } = event;
    const letter = { handler: handler.name, producer: this.#producer, number, attempts: 1 };
    const failed = { sentence: sentenceOf(error), retryAt: nextTry(clock, 0) };
    const park = async (fresh: readonly number[], session: Session) => {
      if (fresh.includes(number)) await session.park({ ...letter, ...failed });
    };
    return this.#take([number], park, '.parked');
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
