/** One connection to NATS with one reply inbox: calls are published, answers found by number,
 * time-outs swept together. */
import { platformError } from '@morrow/contract';
import { connect, createInbox, type Msg, type NatsConnection } from 'nats';

interface Pending {
  readonly deadlineAt: number;
  readonly answer: (message: Msg) => void;
  readonly fail: (error: unknown) => void;
}
export interface NatsOptions {
  readonly url: string;
  readonly name: string;
  /** Hears `disconnect`, `reconnect` and the other states of the connection. */
  readonly onStatus?: ((status: string) => void) | undefined;
}
const sweepMs = 20;

export class NatsLink {
  readonly connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #pending = new Map<string, Pending>();
  readonly #sweeper: NodeJS.Timeout;
  #next = 0;
  #isConnected = true;

  constructor(connection: NatsConnection, onStatus?: NatsOptions['onStatus']) {
    this.connection = connection;
    void this.#watch(onStatus);
    const prefix = this.#inbox.length + 1;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (_error, message) => {
        const number = message.subject.slice(prefix);
        const pending = this.#pending.get(number);
        if (!pending) return;
        this.#pending.delete(number);
        pending.answer(message);
      },
    });
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
  }

  /** Publishes a call and waits for its one answer until the deadline. */
  call(subject: string, payload: Uint8Array, deadlineAt: number): Promise<Msg> {
    return new Promise((answer, fail) => {
      if (!this.#isConnected || this.connection.isClosed())
        return fail(platformError('nats', 'unavailable', 'there is no connection.'));
      const number = (this.#next++).toString(36);
      this.#pending.set(number, { deadlineAt, answer, fail });
      try {
        this.connection.publish(subject, payload, { reply: `${this.#inbox}.${number}` });
      } catch (error) {
        this.#pending.delete(number);
        fail(error);
      }
    });
  }

  /** What is sent while the connection is down would lie in a buffer and run after its deadline. */
  async #watch(onStatus?: (status: string) => void): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect' || type === 'reconnect') this.#isConnected = type === 'reconnect';
      onStatus?.(type);
    }
  }

  /** Ends the calls whose deadline is no later than this moment. */
  #sweep(now = Date.now()): void {
    for (const [number, { deadlineAt, fail }] of this.#pending) {
      if (deadlineAt > now) continue;
      this.#pending.delete(number);
      fail(platformError('nats', 'timeout', 'The deadline has passed; the call may have run.'));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    if (!this.connection.isClosed()) await this.connection.drain();
    this.#sweep(Infinity);
  }
}

/** Connects, and keeps connecting for as long as the process lives. */
export async function connectNats({ url, name, onStatus }: NatsOptions): Promise<NatsLink> {
  const connection = await connect({
    servers: url,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    waitOnFirstConnect: true,
    noAsyncTraces: true,
  });
  return new NatsLink(connection, onStatus);
}
