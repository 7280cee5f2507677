/** The relay: gives the events that wait their numbers, under a lease. It needs no turn: no
 * transaction touches what it changes. */
import type { CommitPoint, Relay, StoredEvent } from '@morrow/engines';
import type { MemoryDatabase } from './memory-database.ts';

/** Who is told of commits of this process, and of whatever was written. */
export interface CommitListeners {
  readonly committed: (() => void)[];
  readonly written: (() => void)[];
}

export function memoryRelay(
  database: MemoryDatabase,
  commitPoint: CommitPoint,
  { committed, written }: CommitListeners,
): Relay {
  const { lease, published } = database;
  const { outbox } = database.tables;
  const around = <T>(label: string, work: () => T): T => {
    commitPoint(label, 'before');
    const result = work();
    commitPoint(label, 'after');
    return result;
  };
  /** Numbers what waits, as many transitions as given; gives the events of each. */
  const numbered = (fence: number, limit: number): readonly (readonly StoredEvent[])[] => {
    if (fence !== lease.fence) throw new Error('another relay has taken over');
    return [...outbox.entries()].slice(0, limit).map(([key, { events }]) => {
      const from = published.length + 1;
      const stored = events.map((event, at) => Object.freeze({ number: from + at, ...event }));
      published.push(...stored);
      outbox.delete(key);
      return stored;
    });
  };
  return {
    lease: async (owner, ttlMs) =>
      around('relay.lease', () => {
        const now = performance.now();
        if (lease.owner !== undefined && lease.owner !== owner && lease.until > now)
          return undefined;
        if (lease.owner !== owner || lease.until <= now) lease.fence++;
        Object.assign(lease, { owner, until: now + ttlMs });
        return lease.fence;
      }),
    release: async (owner) =>
      around('relay.lease', () => {
        if (lease.owner === owner) lease.until = -Infinity;
      }),
    publish: async (fence, limit) => around('relay.publish', () => numbered(fence, limit).flat()),
    number: async (fence, limit) => around('relay.publish', () => numbered(fence, limit).length),
    async position() {
      return { published: published.length, waiting: outbox.rows().length };
    },
    async isBehind() {
      return outbox.rows().length > 0;
    },
    onCommit: (listener) => void committed.push(listener),
    onWritten: (listener) => void written.push(listener),
  };
}
