/** Hands due timers of one (tenant, domain) to their handlers: each takes effect once, in whichever
 * process comes first. */
import type { CallContext, TimerHandler } from '@morrow/contract';
import type { DueTimer, Pulse, Session, Store } from '@morrow/engines';
import { present, type Clock } from '@morrow/kernel';
import { isPassing, nextTry, sentenceOf } from './failures.ts';
import { DueTime, pollMs, Rest, type Looks } from '@morrow/document-keeper';

export interface TimerLoopOptions {
  readonly tenant: string;
  readonly domain: string;
  readonly handlers: Readonly<Record<string, TimerHandler>>;
  readonly store: Store;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly onProblem: (sentence: string, cause: unknown) => void;
  readonly signed?: ((context: CallContext) => CallContext) | undefined;
  /** Turns of loops at rest; absent: it looks without one. */
  readonly looks?: Looks | undefined;
  /** Whether it begins as after work; it does unless told. */
  readonly isLively?: boolean | undefined;
}
/** Until another look at one that is due and in the hands of somebody else. */
const heldMs = 50;
const callMs = 60_000;

export class TimerLoop {
  readonly #options: TimerLoopOptions;
  readonly #names: readonly string[];
  #isStopping = false;
  #running: Promise<void> | undefined;
  readonly #rest: Rest;
  readonly #due: DueTime;
  #isTold = false;

  constructor(options: TimerLoopOptions) {
    this.#options = options;
    this.#rest = new Rest(options);
    this.#due = new DueTime(this.#rest, options.clock);
    this.#names = Object.keys(options.handlers);
  }
  start(): void {
    const { store, pulse } = this.#options;
    store.relay.onCommit(() => {
      this.#rest.work();
      pulse.poke();
    });
    store.relay.onWritten(() => {
      if (!this.#rest.isResting) return;
      this.#isTold = true;
      this.#due.forget();
      pulse.poke();
    });
    this.#running ??= this.#run();
  }
  /** Ends after the timer at hand. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.pulse.poke();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pulse, onProblem, domain } = this.#options;
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
          onProblem(`The timers of ${domain} wait: they cannot be read or handled now`, error);
      }
      if (!this.#isStopping) await pulse.next(waitMs);
    }
  }

  async #look(): Promise<number> {
    const isUntold = this.#rest.isResting && !this.#isTold;
    const end = isUntold ? await this.#options.looks?.begin() : undefined;
    this.#isTold = false;
    try {
      return this.#isStopping ? 0 : await this.#fireAll();
    } finally {
      end?.();
    }
  }

  /** Fires what is due; gives the milliseconds until the next look. */
  async #fireAll(): Promise<number> {
    const { store, clock } = this.#options;
    for (;;) {
      const next = await store.timers.next(this.#names);
      this.#due.read(next);
      const now = clock.now();
      const leftMs = next === undefined ? pollMs : Date.parse(next) - now.getTime();
      if (leftMs > 0) return this.#due.waitMs;
      this.#rest.work();
      if (this.#isStopping || !(await this.#fireOne(now.toISOString()))) return heldMs;
    }
  }

  async #fireOne(now: string): Promise<boolean> {
    const take = (session: Session) => session.takeTimer(this.#names, now);
    return (await this.#fire('timer.fire', take)) !== 'none';
  }

  /** Fires one that has failed, now; says whether it was handled. */
  async retry(id: string): Promise<boolean> {
    const take = (session: Session) => session.takeFailedTimer(id);
    try {
      return (await this.#fire('timer.retried', take)) === 'handled';
    } catch (error) {
      if (isPassing(error)) return false;
      throw error;
    }
  }

  async #fire(
    label: string,
    take: (session: Session) => Promise<DueTimer | undefined>,
  ): Promise<'handled' | 'failed' | 'none'> {
    const { store, handlers } = this.#options;
    let taken: DueTimer | undefined;
    try {
      await store.transact(label, async (session) => {
        taken = await take(session);
        if (!taken) return;
        const { id, name, dueAt, streamId, data } = taken;
        const handle = present(handlers[name], `${name} is a timer of ${this.#options.domain}`);
        const fired = { id, name, dueAt: new Date(dueAt), streamId, data };
        await handle(fired, this.#context(taken), session);
      });
    } catch (error) {
      if (!taken || isPassing(error)) throw error;
      await this.#postpone(taken, error);
      return 'failed';
    }
    return taken ? 'handled' : 'none';
  }

  #context({ id, dueAt, meta }: DueTimer): CallContext {
    const { tenant, domain, clock, signed = (context) => context } = this.#options;
    return signed({
      tenant,
      actor: `module:${domain}`,
      onBehalfOf: meta.onBehalfOf ?? meta.actor,
      trace: meta.trace,
      deadlineAt: clock.now().getTime() + callMs,
      key: `${domain}.timer:${id}:${dueAt}`,
    });
  }

  async #postpone(timer: DueTimer, error: unknown): Promise<void> {
    const { store, domain, clock, onProblem } = this.#options;
    onProblem(`${domain} could not handle the timer ${timer.name} ${timer.id}`, error);
    const tryAt = nextTry(clock, timer.attempts);
    await store.timers.postpone(timer, { sentence: sentenceOf(error), tryAt });
  }
}
