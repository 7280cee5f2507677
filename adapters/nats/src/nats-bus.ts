/** The bus over NATS core messages: they carry the events, the table of the owner
 * stays the truth. */
import { isStoredEvent, type Bus, type StoredEvent } from '@morrow/engines';
import { jsonIn } from './call-frames.ts';
import type { NatsLink } from './nats-link.ts';

export interface NatsBusOptions {
  /** Called around each publish, for tests that kill this process there. */
  readonly publishPoint?: ((label: string, when: 'before' | 'after') => void) | undefined;
}
/** Bytes of one message; a larger event is left to be read from the table. */
const messageBytesMax = 500_000;

/** Undefined for what is no list of events. */
function eventsIn(body: Buffer): readonly StoredEvent[] | undefined {
  const list = jsonIn(body);
  return Array.isArray(list) && list.every((each) => isStoredEvent(each)) ? list : undefined;
}

/** Where the events of a domain are published, for one tenant or `*`. */
export const eventSubject = (tenant: string, domain: string): string =>
  `${tenant}.${domain}.events`;

export class NatsBus implements Bus {
  readonly #link: NatsLink;
  readonly #options: NatsBusOptions;

  constructor(link: NatsLink, options: NatsBusOptions = {}) {
    this.#link = link;
    this.#options = options;
  }

  publish(tenant: string, domain: string, events: readonly StoredEvent[]): void {
    const { publishPoint } = this.#options;
    publishPoint?.('bus.publish', 'before');
    const { connection } = this.#link;
    if (connection.isClosed()) return;
    let texts: string[] = [];
    let bytes = 0;
    const send = () => {
      if (texts.length)
        this.#link.publish('events', eventSubject(tenant, domain), `[${texts.join(',')}]`);
      texts = [];
      bytes = 0;
    };
    for (const event of events) {
      const text = JSON.stringify(event);
      const size = Buffer.byteLength(text) + 1;
      if (size > messageBytesMax) continue;
      if (bytes + size > messageBytesMax) send();
      texts.push(text);
      bytes += size;
    }
    send();
    publishPoint?.('bus.publish', 'after');
  }

  /** Listeners are anywhere. */
  isHeard(): boolean {
    return true;
  }
  isAwaited(): boolean {
    return true;
  }

  subscribe(
    domain: string,
    listener: (tenant: string, events: readonly StoredEvent[]) => void,
  ): () => void {
    const subscription = this.#link.subscribe(
      'events',
      eventSubject('*', domain),
      (body, subject) => {
        const events = eventsIn(body);
        if (events) listener(subject.slice(0, subject.indexOf('.')), events);
        else this.#link.drop('malformed', subject);
      },
    );
    return () => subscription.unsubscribe();
  }

  async close(): Promise<void> {
    await this.#link.close();
  }
}
