/** How long a loop waits when it finds nothing to do: it looks often right after work, less and
 * less often after that, and hardly ever for a tenant that nobody works with. */
import type { NewPulse } from '@morrow/engines';
import type { Clock } from '@morrow/kernel';

/** Between looks right after work. */
export const pollMs = 1000;
/** How long after work a loop goes on looking. */
const livelyMs = 30_000;
/** The wait before the next look as a part of the time since the last work: 9 looks in all. */
const waitShare = 0.5;
/** Between looks of a loop at rest that is woken by whatever is written: a safety net. */
export const restMs = 600_000;
/** The same where what wakes it may be lost on its way, as hints between processes may. */
export const farRestMs = 60_000;

export interface RestOptions {
  readonly clock: Clock;
  /** Whether it begins as after work; it does unless told. */
  readonly isLively?: boolean | undefined;
  readonly restMs?: number | undefined;
  /** Lets it rest early where many others have worked since; absent: it never does. */
  readonly looks?: Looks | undefined;
}

export class Rest {
  readonly #clock: Clock;
  readonly #restMs: number;
  readonly #looks: Looks | undefined;
  #workedAt = -Infinity;

  constructor({ clock, isLively = true, restMs: longest = restMs, looks }: RestOptions) {
    this.#clock = clock;
    this.#restMs = longest;
    this.#looks = looks;
    if (isLively) this.work();
  }
  get #now(): number {
    return this.#clock.now().getTime();
  }
  get isResting(): boolean {
    return this.#now >= this.#workedAt + livelyMs;
  }
  /** There was work, or somebody says that there is. */
  work(): void {
    this.#workedAt = this.#now;
    this.#looks?.enliven(this);
  }
  /** Rests from now on, until there is work. */
  calm(): void {
    this.#workedAt = -Infinity;
  }
  /** Until the next look; one that is due at a moment (ms since 1970) comes no later. */
  waitMs(dueAt?: number): number {
    if (!this.isResting) {
      const waitMs = Math.max(pollMs, (this.#now - this.#workedAt) * waitShare);
      return dueAt === undefined ? waitMs : Math.min(waitMs, Math.max(dueAt - this.#now, pollMs));
    }
    if (dueAt === undefined) return this.#restMs;
    return Math.min(Math.max(dueAt - this.#now, pollMs), this.#restMs);
  }
}

/** The earliest moment at which a timer is due, as far as it is known without asking. */
export class DueTime {
  readonly #rest: Rest;
  readonly #clock: Clock;
  #dueAt: number | undefined;
  #readAt = -Infinity;

  constructor(rest: Rest, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
  }
  /** What was read, ISO 8601; undefined: there is none. */
  read(next: string | undefined): void {
    this.#dueAt = next === undefined ? undefined : Date.parse(next);
    this.#readAt = this.#clock.now().getTime();
  }
  /** Timers may have changed. */
  forget(): void {
    this.#readAt = -Infinity;
  }
  /** Milliseconds until the clock is looked at again; undefined: ask now. Where no timer is known
   * every wake asks: somebody may have set one. */
  get leftMs(): number | undefined {
    const now = this.#clock.now().getTime();
    if (!this.#rest.isResting || now - this.#readAt >= restMs) return undefined;
    if (this.#dueAt === undefined || this.#dueAt <= now) return undefined;
    return Math.min(this.#dueAt - now, pollMs);
  }
  /** How long to wait after what was read. */
  get waitMs(): number {
    if (this.#dueAt === undefined) return this.#rest.waitMs();
    const longest = this.#rest.isResting ? pollMs : this.#rest.waitMs();
    return Math.min(Math.max(this.#dueAt - this.#clock.now().getTime(), 0), longest);
  }
}

/** Limits how many loops look for work on their own, so that loops with known work find a free
 * connection: few are lively, and of those at rest few look at a time. */
export class Looks {
  readonly #newPulse: NewPulse;
  #free = looksMax;
  readonly #waiting: (() => void)[] = [];
  /** Who worked longest ago comes first. */
  readonly #lively = new Set<Rest>();

  constructor(newPulse: NewPulse) {
    this.#newPulse = newPulse;
  }
  /** One has worked: who worked longest ago rests where there are too many. */
  enliven(rest: Rest): void {
    this.#lively.delete(rest);
    this.#lively.add(rest);
    const [first] = this.#lively;
    if (!first || this.#lively.size <= livelyLoopsMax) return;
    this.#lively.delete(first);
    first.calm();
  }
  /** Waits for a turn, and gives how to end it; it ends by itself after a while, since what was
   * found may be much. */
  async begin(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => void this.#waiting.push(go));
    const pulse = this.#newPulse();
    void pulse.next(lookMs).then(() => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    });
    return () => pulse.poke();
  }
}
const looksMax = 2;
const lookMs = 10_000;
/** Loops of more tenants than these begin at rest. */
export const livelyTenantsMax = 8;
/** Loops of a domain that look often at a time: those of about as many tenants. */
const livelyLoopsMax = 40;
