/** One connection to NATS: every message that leaves is sealed, and nothing that arrives without a
 * valid seal is handed on. */
import { platformError, type Wire } from '@morrow/contract';
import {
  connect,
  createInbox,
  type Msg,
  type NatsConnection,
  type PermissionViolationError,
  type Status,
  type Subscription,
} from 'nats';
import { answersIn, type FramedCall } from './call-frames.ts';
import { CallsOnTheirWay } from './calls-on-their-way.ts';
import { authenticatorOf } from './credentials.ts';
import type { DropCounts, DropReason, MessageKind, MessageSeal } from './message-seal.ts';

export interface NatsOptions {
  readonly url: string;
  readonly name: string;
  readonly seal: MessageSeal;
  /** An nkey seed (`SU…`) or the text of a `.creds` file; absent: the server admits anybody. */
  readonly credentials?: string | undefined;
  /** Answers arrive below it; the permissions of a process name it. `_INBOX` unless told. */
  readonly inboxPrefix?: string | undefined;
  /** Hears `disconnect`, `reconnect` and the other states of the connection. */
  readonly onStatus?: ((status: string) => void) | undefined;
  /** Hears of messages that were dropped, and of what the server does not permit. */
  readonly onProblem?: ((sentence: string) => void) | undefined;
}
/** Takes the body of a message that was sealed for its subject. */
export type Taker = (body: Buffer, subject: string, reply: string) => void;

const sweepMs = 20;
const noResponders = 503;
const isViolation = (error: Error): error is PermissionViolationError =>
  error.name === 'PermissionViolationError';
const isPowerOfTen = (count: number) => Number.isInteger(Math.log10(count));

export class NatsLink {
  readonly connection: NatsConnection;
  readonly #seal: MessageSeal;
  readonly #inbox: string;
  readonly #calls: CallsOnTheirWay;
  readonly #pings = new Map<string, () => void>();
  readonly #dropped: Record<DropReason, number> = { unsealed: 0, stale: 0, malformed: 0 };
  readonly #sweeper: NodeJS.Timeout;
  readonly #options: NatsOptions;
  #pinged = 0;
  #isConnected = true;

  constructor(connection: NatsConnection, options: NatsOptions) {
    this.connection = connection;
    this.#options = options;
    this.#seal = options.seal;
    this.#inbox = createInbox(options.inboxPrefix);
    this.#calls = new CallsOnTheirWay((subject, frame, body) =>
      this.publish('call', subject, body, `${this.#inbox}.${frame}`),
    );
    void this.#watch();
    this.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => this.#safely(() => !error && this.#takeAnswer(message)),
    });
    this.#sweeper = setInterval(() => this.#calls.sweep(Date.now()), sweepMs);
    this.#sweeper.unref();
  }

  /** Messages that were not taken, by reason. */
  get dropped(): DropCounts {
    return { ...this.#dropped };
  }

  /** Counts a message that is not taken; the first, the tenth, the hundredth… are reported. */
  drop(reason: DropReason, subject: string): void {
    const count = ++this.#dropped[reason];
    if (!isPowerOfTen(count)) return;
    const which = count === 1 ? 'A message was' : `${count} messages were`;
    const why = {
      unsealed: 'without a valid seal; do all processes have the same message key?',
      stale: 'sent too long ago or in the future; do the clocks agree?',
      malformed: 'that could not be read.',
    }[reason];
    this.#options.onProblem?.(`${which} dropped ${why} The last one arrived on ${subject}.`);
  }

  /** Publishes a sealed message. Throws where the connection is closed. */
  publish(kind: MessageKind, subject: string, body: string, reply = ''): void {
    const payload = this.#seal.close({ kind, subject, reply }, body);
    this.connection.publish(subject, payload, reply ? { reply } : undefined);
  }

  /** Hands on what arrives with a valid seal; a taker that throws stops nothing else. */
  subscribe(kind: MessageKind, subject: string, take: Taker, queue?: string): Subscription {
    return this.connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) =>
        this.#safely(() => {
          if (error) return this.#options.onProblem?.(error.message);
          const body = this.#opened(kind, message);
          if (body) take(body, message.subject, message.reply ?? '');
        }),
    });
  }

  /** Sends a call and waits for its answer until the deadline; undefined where nobody answers.
   * Throws `unavailable` and `timeout`. */
  call(subject: string, call: FramedCall, deadlineAt: number): Promise<Wire | undefined> {
    if (this.#isConnected && !this.connection.isClosed())
      return this.#calls.send(subject, call, deadlineAt);
    return Promise.reject(platformError('nats', 'unavailable', 'there is no connection.'));
  }

  /** Whether a message comes round through the server within a time. */
  ping(withinMs: number): Promise<boolean> {
    return new Promise((done) => {
      if (!this.#isConnected || this.connection.isClosed()) return done(false);
      const number = String(this.#pinged++);
      const end = (isAnswered: boolean) => {
        clearTimeout(timer);
        this.#pings.delete(number);
        done(isAnswered);
      };
      const timer = setTimeout(end, withinMs, false);
      this.#pings.set(number, () => end(true));
      try {
        this.publish('ping', `${this.#inbox}.ping`, number);
      } catch {
        end(false);
      }
    });
  }

  #opened(kind: MessageKind, { subject, reply = '', data }: Msg): Buffer | undefined {
    const body = this.#seal.open({ kind, subject, reply }, data);
    if (typeof body !== 'string') return body;
    this.drop(body, subject);
    return undefined;
  }

  #takeAnswer(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    if (token === 'ping')
      return this.#pings.get(this.#opened('ping', message)?.toString() ?? '')?.();
    // the one message that the server itself sends
    if (message.data.byteLength === 0 && message.headers?.code === noResponders)
      return this.#calls.nobody(token);
    const body = this.#opened('answer', message);
    if (!body) return;
    const answers = answersIn(body);
    if (answers) this.#calls.answer(token, answers);
    else this.drop('malformed', message.subject);
  }

  /** An error that reached the client would end the connection. */
  #safely(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      this.#options.onProblem?.(`A message could not be handled: ${String(error)}`);
    }
  }

  /** What is sent while the connection is down would lie in a buffer and run after its deadline. */
  async #watch(): Promise<void> {
    for await (const status of this.connection.status())
      this.#safely(() => {
        const { type } = status;
        if (type === 'disconnect' || type === 'reconnect') this.#isConnected = type === 'reconnect';
        this.#notePermission(status);
        this.#options.onStatus?.(type);
      });
  }

  #notePermission(status: Status): void {
    if (status.type !== 'error' || !isViolation(status.error)) return;
    const { operation, subject } = status.error;
    this.#options.onProblem?.(`NATS does not permit this process the ${operation} on ${subject}.`);
    if (operation === 'publish') this.#calls.forbidden(subject);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#calls.flush();
    try {
      if (!this.connection.isClosed()) await this.connection.drain();
    } catch {
      // the server has gone: nothing is left to be sent
      await this.connection.close();
    }
    this.#calls.sweep(Infinity);
  }
}

/** Connects, and keeps connecting for as long as the process lives. */
export async function connectNats(options: NatsOptions): Promise<NatsLink> {
  const { url, name, credentials, inboxPrefix } = options;
  const connection = await connect({
    servers: url,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    waitOnFirstConnect: true,
    noAsyncTraces: true,
    ...(inboxPrefix !== undefined && { inboxPrefix }),
    ...(credentials !== undefined && { authenticator: authenticatorOf(credentials) }),
  });
  return new NatsLink(connection, options);
}
