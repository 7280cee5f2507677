/** The world of a scenario: ports over some binding, and a record of what was
 * reached and answered. */
import { setTimeout as pause } from 'node:timers/promises';
import { newTrace } from '@morrow/adapter-local';
import { domains } from '@morrow/business/parts/module-catalog';
import {
  isProtocolError,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import type { StoredEvent } from '@morrow/engines';
import { keepingOf, type Keeping, type ReplayState } from '@morrow/protocol-keeping';

type AnyPort = Record<string, (input: unknown, context: CallContext) => Promise<unknown>>;
type DigestAnswer = Awaited<ReturnType<Keeping['digestLines']>>;
const callMs = 30_000;

/** Plays one scenario; what it gives is recorded and must be the same through every binding. One
 * that gives nothing states itself what it expects. */
export type Scenario = (world: World) => Promise<unknown>;

/** One (binding, tenant) in which all scenarios are played. */
export class World {
  readonly #portOf: <S extends ProtocolSpec>(protocol: Protocol<S>) => PortOf<S>;
  readonly #tenant: string;
  /** `orders.place`, `orders.numberTaken`: operations called and errors met. */
  readonly reached = new Set<string>();
  readonly #callMs: number;
  readonly #signed: (context: CallContext) => CallContext;
  /** Domains that are hosted. */
  readonly #hosted: readonly string[];
  #keys = 0;

  constructor(
    portOf: <S extends ProtocolSpec>(protocol: Protocol<S>) => PortOf<S>,
    tenant: string,
    waitMs = callMs,
    signed = (context: CallContext) => context,
    hosted: readonly string[] = domains,
  ) {
    this.#hosted = hosted;
    this.#callMs = waitMs;
    this.#signed = signed;
    this.#portOf = portOf;
    this.#tenant = tenant;
  }

  context(key = `key-${this.#keys++}`): CallContext {
    const deadlineAt = Date.now() + this.#callMs;
    const actor = 'person:test';
    return this.#signed({ tenant: this.#tenant, actor, trace: newTrace(), deadlineAt, key });
  }

  /** The port of a protocol; each call is recorded. */
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S> {
    const port = this.#portOf(protocol) as unknown as AnyPort;
    const { name, operations } = protocol.spec;
    const recorded = Object.keys(operations).map((operation) => [
      operation,
      async (input: unknown, context: CallContext) => {
        this.reached.add(`${name}.${operation}`);
        try {
          return await port[operation]?.(input, context);
        } catch (error) {
          if (isProtocolError(error)) this.reached.add(`${error.protocol}.${error.code}`);
          throw error;
        }
      },
    ]);
    return Object.fromEntries(recorded) as PortOf<S>;
  }

  /** What a call was refused with: code and data. */
  async refusal(call: () => Promise<unknown>): Promise<unknown> {
    try {
      await call();
    } catch (error) {
      if (isProtocolError(error)) return { code: error.code, fault: error.fault, data: error.data };
      throw error;
    }
    return 'not refused';
  }

  /** Waits until every event has been handled, three looks in a row. */
  async settled(): Promise<void> {
    for (let calm = 0; calm < 3;) {
      const lags = await Promise.all(
        this.#hosted.map(async (domain) => ({
          domain,
          ...(await this.#portOf(keepingOf(domain)).lag({}, this.context())),
        })),
      );
      const published = new Map<string, number>(lags.map((lag) => [lag.domain, lag.published]));
      const isCalm = lags.every(
        ({ waiting, handlers }) =>
          waiting === 0 &&
          handlers.every(
            ({ producer, watermark, parked }) =>
              parked === 0 && watermark === published.get(producer),
          ),
      );
      calm = isCalm ? calm + 1 : 0;
      await pause(40);
    }
  }

  /** Canonical lines of all that is stored; ids and clock aside. */
  async lines(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const domain of this.#hosted)
      for (let after: string | undefined = ''; after !== undefined;) {
        const port = this.#portOf(keepingOf(domain));
        const answer: DigestAnswer = await port.digestLines({ page: 0, after }, this.context());
        const page = Buffer.from(answer.lines, 'base64url').toString();
        // a domain without a document has no line
        if (page) lines.push(...page.split('\n'));
        after = answer.next;
      }
    return lines.sort();
  }

  /** Sentences of laws that do not hold. */
  async faults(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const domain of this.#hosted) {
      const { faults } = await this.#portOf(keepingOf(domain)).verify({}, this.context());
      found.push(...faults, ...(await this.replay(domain, false)).faults);
    }
    return found;
  }

  /** Derives a domain's tables from its events; faults name what differs. */
  async replay(domain: string, isToSwap: boolean): Promise<ReplayState> {
    const keeping = this.#portOf(keepingOf(domain));
    await keeping.replay({ isToSwap }, this.context());
    for (;;) {
      const state = await keeping.replayState({}, this.context());
      if (state.phase !== 'running') return state;
      await pause(20);
    }
  }

  /** Every published event of a domain. */
  async events(): Promise<readonly StoredEvent[]> {
    const all: StoredEvent[] = [];
    for (const domain of this.#hosted)
      for (let after = 0; ;) {
        const port = this.#portOf(keepingOf(domain));
        const { page, last } = await port.eventsSince({ after, limit: 500 }, this.context());
        const events = JSON.parse(Buffer.from(page, 'base64url').toString()) as StoredEvent[];
        if (!events.length) break;
        all.push(...events);
        after = last;
      }
    return all;
  }
}
