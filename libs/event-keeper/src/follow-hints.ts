/** Tells followers of published events, and where some of them were missed. */
import type { Follower } from '@morrow/contract';
import type { StoredEvent } from '@morrow/engines';

/** Hears the hints of one producer. Events are numbered without holes, so a number that does not
 * follow the one before means that something was missed. */
export class HintFollowing {
  readonly #followers: readonly Follower[];
  /** Number of the last event heard, by tenant. */
  readonly #last = new Map<string, number>();

  constructor(followers: readonly Follower[]) {
    this.#followers = followers;
  }

  isWaiting(tenant: string): boolean {
    return this.#followers.some((follower) => follower.isWaiting(tenant));
  }

  hear(tenant: string, events: readonly StoredEvent[]): void {
    for (const { number } of events) {
      // nothing is known of what was published before the first event that is heard
      if (number !== (this.#last.get(tenant) ?? -1) + 1)
        for (const follower of this.#followers) follower.missed(tenant);
      this.#last.set(tenant, number);
    }
    for (const follower of this.#followers) {
      const { on, events: types } = follower;
      const heard = events.filter(
        ({ protocol, type }) => protocol === on.spec.name && types.includes(type),
      );
      if (heard.length) follower.heard(tenant, heard);
    }
  }
}
