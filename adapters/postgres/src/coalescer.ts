/** Group commit: units of many callers share one call and one commit; a bad one fails alone. */
import type { Unit } from '@morrow/engines';
import { CommitRefused } from '@morrow/engines';
import { isProtocolError } from '@morrow/contract';
import { refusalOf } from './refusals.ts';

interface Waiting {
  readonly unit: Unit;
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}
/** Positions of units that were not stored: stale documents, old facts. */
export interface GroupResult {
  readonly stale: readonly number[];
  readonly old: readonly number[];
}
export type CommitGroup = (units: readonly Unit[]) => Promise<GroupResult>;

/** Documents of a unit, one of which has moved. */
export const movedIn = (unit: Unit | undefined): string =>
  unit?.transitions.map(({ row }) => row.id).join(', ') ?? '';

const groupMax = 200;
const groupsAtOnce = 2;
/** Units that must wait before a second group is worth its own commit. */
const secondGroupMin = 4;
/** How long a group may run before others no longer wait for it. */
const patienceMs = 4;

export class Coalescer {
  readonly #commitGroup: CommitGroup;
  readonly #busy = new Set<string>();
  #queue: Waiting[] = [];
  #running = 0;
  #startedAt = 0;
  #reminder: ReturnType<typeof setTimeout> | undefined;
  #isScheduled = false;

  constructor(commitGroup: CommitGroup) {
    this.#commitGroup = commitGroup;
  }

  commit(unit: Unit): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ unit, done, failed });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#pump();
      });
    });
  }

  /** Documents, timers and keys that a unit holds: one at a time is in flight, since two of one
   * document in a group would overwrite each other. */
  #claims({ transitions, receipt, entries = [], timers = [], timersDropped = [] }: Unit): string[] {
    const claims = [...transitions.map(({ row }) => row.id), ...timersDropped];
    for (const { id } of timers) claims.push(id);
    if (receipt) claims.push(receipt.key);
    for (const { source } of entries) claims.push(source);
    return claims;
  }

  /** A second group runs beside the first where many wait, or where the first takes its time: few
   * callers are served sooner by one commit that all of them share. */
  #mayFlush(): boolean {
    const waiting = this.#queue.length;
    if (!waiting) return false;
    if (!this.#running) return true;
    if (this.#running >= groupsAtOnce) return false;
    if (waiting >= secondGroupMin || performance.now() - this.#startedAt > patienceMs) return true;
    this.#reminder ??= setTimeout(() => {
      this.#reminder = undefined;
      this.#pump();
    }, patienceMs);
    return false;
  }

  #pump(): void {
    while (this.#mayFlush()) {
      const group: Waiting[] = [];
      const rest: Waiting[] = [];
      const held: string[] = [];
      for (const waiting of this.#queue) {
        const claims = this.#claims(waiting.unit);
        if (group.length >= groupMax || claims.some((claim) => this.#busy.has(claim))) {
          rest.push(waiting);
          continue;
        }
        for (const claim of claims) this.#busy.add(claim);
        held.push(...claims);
        group.push(waiting);
      }
      this.#queue = rest;
      if (!group.length) return;
      this.#running++;
      this.#startedAt = performance.now();
      void this.#flush(group).finally(() => {
        for (const claim of held) this.#busy.delete(claim);
        this.#running--;
        this.#pump();
      });
    }
  }

  async #flush(group: readonly Waiting[]): Promise<void> {
    const [only] = group;
    try {
      const { stale, old } = await this.#commitGroup(group.map(({ unit }) => unit));
      const bad = new Map<number, CommitRefused>();
      for (const at of stale)
        bad.set(at, new CommitRefused('staleVersion', movedIn(group[at]?.unit)));
      for (const at of old) bad.set(at, new CommitRefused('staleFacts', 'the ledger'));
      for (const [at, { done, failed }] of group.entries()) {
        const refusal = bad.get(at);
        if (refusal) failed(refusal);
        else done();
      }
    } catch (error) {
      // Smaller groups would not help, and might run twice what was stored.
      if (isProtocolError(error)) {
        for (const { failed } of group) failed(error);
        return;
      }
      if (group.length === 1) {
        only?.failed(refusalOf(error));
        return;
      }
      const half = group.length >> 1;
      await this.#flush(group.slice(0, half));
      await this.#flush(group.slice(half));
    }
  }
}
