/** What a process remembers of another domain: asked in batches, and forgotten when an event of
 * that domain says that it has changed. */
import type {
  CallContext,
  EventName,
  Follower,
  Following,
  HeardEvent,
  PortOf,
  Protocol,
  ProtocolSpec,
} from '@morrow/contract';
import type { Clock } from '@morrow/kernel';

/** A fact as its owner told it. */
export interface ToldFact<Fact> {
  readonly code: string;
  readonly fact: Fact;
  /** The document that it is from; absent where any event of the follower concerns every fact. */
  readonly documentId?: string;
}
/** Limits of what is asked and remembered. */
interface FactsLimits {
  /** Codes that one question may name. */
  readonly askedMax: number;
  /** Facts remembered at most, of all tenants; 200,000 unless told. */
  readonly rememberedMax?: number;
}
export interface FactsSource<Fact> extends Following, FactsLimits {
  readonly clock: Clock;
  /** The facts of those among the codes that exist; it may tell of others too. */
  ask(codes: readonly string[], context: CallContext): Promise<readonly ToldFact<Fact>[]>;
}
/** Facts as their owner's protocol gives them, declared before there is a port to ask. */
export interface DeclaredFacts<S extends ProtocolSpec, Fact> extends Following {
  /** Begins to remember them. */
  follow(port: PortOf<S>, clock: Clock): FollowedFacts<Fact>;
}
interface Asking<S extends ProtocolSpec, Fact> extends FactsLimits {
  /** Events that change a fact. One that makes something exist is not among them: that something
   * does not exist is never remembered. */
  readonly events: readonly EventName<S>[];
  ask(
    port: PortOf<S>,
    codes: readonly string[],
    context: CallContext,
  ): Promise<readonly ToldFact<Fact>[]>;
}
export const declareFacts = <S extends ProtocolSpec, Fact>(
  on: Protocol<S>,
  { ask, ...asking }: Asking<S, Fact>,
): DeclaredFacts<S, Fact> => ({
  on,
  events: asking.events,
  follow: (port, clock) =>
    new FollowedFacts({
      ...{ ...asking, on, clock },
      ask: (codes, context) => ask(port, codes, context),
    }),
});

/** Events reach a process by hints, which may be lost: a fact is asked again after so long. */
export const factKeptMs = 5000;

interface Remembered<Fact> {
  readonly fact: Fact;
  readonly askedAt: number;
}
interface TenantFacts<Fact> {
  readonly facts: Map<string, Remembered<Fact>>;
  readonly codes: Map<string, string>;
  /** Grows whenever something is forgotten, so that an older answer is not remembered. */
  forgotten: number;
}

export class FollowedFacts<Fact> implements Follower {
  readonly #source: FactsSource<Fact>;
  readonly #tenants = new Map<string, TenantFacts<Fact>>();
  readonly #rememberedMax: number;
  #remembered = 0;

  constructor(source: FactsSource<Fact>) {
    this.#source = source;
    this.#rememberedMax = source.rememberedMax ?? 200_000;
  }

  get on(): Protocol {
    return this.#source.on;
  }
  get events(): readonly string[] {
    return this.#source.events;
  }
  isWaiting(tenant: string): boolean {
    return (this.#tenants.get(tenant)?.facts.size ?? 0) > 0;
  }

  heard(tenant: string, events: readonly HeardEvent[]): void {
    const held = this.#tenants.get(tenant);
    if (!held) return;
    held.forgotten++;
    if (!held.codes.size) return this.#forgetAll(held);
    for (const { streamId } of events) {
      const code = held.codes.get(streamId);
      if (code === undefined) continue;
      held.codes.delete(streamId);
      if (held.facts.delete(code)) this.#remembered--;
    }
  }
  missed(tenant: string): void {
    const held = this.#tenants.get(tenant);
    if (!held) return;
    held.forgotten++;
    this.#forgetAll(held);
  }

  /** The facts of those among the codes that exist. */
  async find(codes: readonly string[], context: CallContext): Promise<ReadonlyMap<string, Fact>> {
    const { clock, askedMax } = this.#source;
    const held = this.#heldOf(context.tenant);
    const now = clock.now().getTime();
    const found = new Map<string, Fact>();
    const missing: string[] = [];
    for (const code of new Set(codes)) {
      const known = held.facts.get(code);
      const age = known ? now - known.askedAt : Infinity;
      if (known && age >= 0 && age < factKeptMs) found.set(code, known.fact);
      else missing.push(code);
    }
    const questions: Promise<void>[] = [];
    for (let at = 0; at < missing.length; at += askedMax)
      questions.push(this.#ask(held, missing.slice(at, at + askedMax), found, context));
    await Promise.all(questions);
    return found;
  }

  async #ask(
    held: TenantFacts<Fact>,
    codes: readonly string[],
    found: Map<string, Fact>,
    context: CallContext,
  ): Promise<void> {
    const { forgotten } = held;
    const askedAt = this.#source.clock.now().getTime();
    const told = await this.#source.ask(codes, context);
    const wanted = new Set(codes);
    for (const { code, fact } of told) if (wanted.has(code)) found.set(code, fact);
    // an event that came meanwhile may be about what was answered before it
    if (held.forgotten !== forgotten) return;
    for (const { code, fact, documentId } of told) {
      if (!held.facts.delete(code)) this.#remembered++;
      held.facts.set(code, { fact, askedAt });
      if (documentId !== undefined) held.codes.set(documentId, code);
    }
    this.#makeRoom();
  }

  #heldOf(tenant: string): TenantFacts<Fact> {
    const held = this.#tenants.get(tenant) ?? { facts: new Map(), codes: new Map(), forgotten: 0 };
    // the tenant that was asked for last comes last
    this.#tenants.delete(tenant);
    this.#tenants.set(tenant, held);
    return held;
  }
  /** Forgets the tenants that were not asked for the longest. */
  #makeRoom(): void {
    for (const held of this.#tenants.values()) {
      if (this.#remembered <= this.#rememberedMax) return;
      this.#forgetAll(held);
    }
  }
  #forgetAll(held: TenantFacts<Fact>): void {
    this.#remembered -= held.facts.size;
    held.facts.clear();
    held.codes.clear();
  }
}
