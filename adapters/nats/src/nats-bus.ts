/** The bus over NATS core messages: they carry the events, the table of the owner
 * stays the truth. */
import type { Bus, StoredEvent } from '@morrow/engines';
import type { Msg } from 'nats';
import type { NatsLink } from './nats-link.ts';

export interface NatsBusOptions {
  /** Called around each publish, for tests that kill this process there. */
  readonly publishPoint?: ((label: string, when: 'before' | 'after') => void) | undefined;
}
/** Bytes of one message; a larger event is left to be read from the table. */
const messageBytesMax = 500_000;

/** Undefined for what is no list of events: an error thrown here would end the connection. */
function eventsIn(message: Msg): StoredEvent[] | undefined {
  try {
    const events: unknown = JSON.parse(message.string());
    return Array.isArray(events) ? events : undefined;
  } catch {
    return undefined;
  }
}

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
        connection.publish(`${tenant}.${domain}.events`, Buffer.from(`[${texts.join(',')}]`));
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
    const subscription = this.#link.connection.subscribe(`*.${domain}.events`, {
      callback: (error, message) => {
        if (error) return;
        const tenant = message.subject.slice(0, message.subject.indexOf('.'));
        const events = eventsIn(message);
        if (events) listener(tenant, events);
      },
    });
    return () => subscription.unsubscribe();
  }

  async close(): Promise<void> {
    await this.#link.close();
  }
}
