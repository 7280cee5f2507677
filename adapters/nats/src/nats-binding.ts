/** Protocols over NATS: one subject for each tenant and operation, one queue group for each domain
 * and version. */
import {
  notSigned,
  type CallContext,
  type ClaimReader,
  type Fault,
  type Protocol,
  type Transport,
  type Wire,
  type WireHandler,
} from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type { NatsConnection, Subscription } from 'nats';
import type { NatsLink } from './nats-link.ts';

/** What travels: the encoded input, and a context whose deadline is a duration, since clocks
 * differ. */
interface Call {
  readonly input: unknown;
  readonly context: Omit<CallContext, 'deadlineAt' | 'receipt' | 'claim'> & {
    readonly leftMs: number;
    /** The claim as it was signed. */
    readonly claim?: string | undefined;
  };
}
/** Named one by one: copying whatever a context holds costs more than the call. */
const travelling = ({ deadlineAt, tenant, actor, onBehalfOf, trace, key, claim }: CallContext) => {
  const leftMs = deadlineAt - Date.now();
  return { tenant, actor, onBehalfOf, trace, key, claim: claim?.token, leftMs };
};
const contextOf = (sent: Call['context'], claim: CallContext['claim']): CallContext => {
  const { leftMs, tenant, actor, onBehalfOf, trace, key } = sent;
  return { tenant, actor, onBehalfOf, trace, key, claim, deadlineAt: Date.now() + leftMs };
};
const noResponders = 503;
const parse = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());

/** One token of a subject: nothing that would name another subject or many. */
const subjectToken = /^[\w-]{1,100}$/;
const subjectOf = (tenant: string, { spec }: Protocol, operation: string) =>
  `${tenant}.${spec.name}.v${spec.version}.${operation}`;

const refuse = (fault: Fault, sentence: string, data: Json = {}): Wire => ({
  error: { code: fault, fault, data, sentence },
});

/** An answer that cannot be read is no sign that nothing ran. */
function wireOf(bytes: Uint8Array): Wire {
  try {
    return parse(bytes) as Wire;
  } catch {
    return refuse('defect', 'The answer cannot be read; the call may have run.');
  }
}

/** The client side: carries encoded calls to whichever process answers for the tenant. */
export function natsTransport(link: NatsLink, protocol: Protocol): Transport {
  const { name } = protocol.spec;
  return async (operation, input, context) => {
    const { deadlineAt } = context;
    if (!subjectToken.test(context.tenant))
      return refuse('missing', `There is no tenant ${context.tenant}.`);
    const call: Call = { input, context: travelling(context) };
    const payload = Buffer.from(JSON.stringify(call));
    const { max_payload: bytesMax = Infinity } = link.connection.info ?? {};
    if (payload.byteLength > bytesMax)
      return refuse('invalid', `A call of ${payload.byteLength} bytes is too large.`);
    try {
      const message = await link.call(
        subjectOf(context.tenant, protocol, operation),
        payload,
        deadlineAt,
      );
      if (message.headers?.code === noResponders)
        return refuse('unavailable', `Nobody answers for ${name} now; nothing was done.`);
      return wireOf(message.data);
    } catch (error) {
      const late = (error as { fault?: string }).fault === 'timeout';
      return late
        ? refuse('timeout', 'The deadline has passed; the call may have run.')
        : refuse('unavailable', `NATS cannot be reached: ${(error as Error).message}`);
    }
  };
}

const notOurs = refuse('invalid', 'The message is no call of this platform.');
const tooLarge = refuse('defect', 'Something went wrong here: the answer is too large.');

export interface NatsServer {
  /** Takes calls of one more tenant. */
  serve(tenant: string): void;
  /** Takes no new call, ends when those under way have answered. */
  drain(): Promise<void>;
}

export interface NatsServing {
  /** Reads the claim of each call, for the dispatcher; without it none is handed on. */
  readonly claims?: ClaimReader | undefined;
  /** Tenants that are served here; every one unless told. */
  readonly tenants?: readonly string[] | undefined;
}

/** Answers calls, those of one chunk of bytes side by side; nothing in it throws. */
function answering(
  connection: NatsConnection,
  run: (subject: string, bytes: Uint8Array) => Wire | Promise<Wire>,
) {
  let underWay = 0;
  let onIdle: (() => void) | undefined;
  const answer = (reply: string, wire: Wire) => {
    if (connection.isClosed()) return;
    const { max_payload: bytesMax = Infinity } = connection.info ?? {};
    const payload = Buffer.from(JSON.stringify(wire));
    if (payload.byteLength <= bytesMax) return connection.publish(reply, payload);
    connection.publish(reply, Buffer.from(JSON.stringify(tooLarge)));
  };
  const end = () => {
    if (--underWay === 0) onIdle?.();
  };
  const take = (subject: string, bytes: Uint8Array, reply: string) => {
    underWay++;
    let wire: Wire | Promise<Wire>;
    try {
      wire = run(subject, bytes);
    } catch {
      wire = notOurs;
    }
    Promise.resolve(wire)
      .then(
        (outcome) => answer(reply, outcome),
        () => answer(reply, notOurs),
      )
      .then(end, end);
  };
  /** Resolves when every call under way has been answered. */
  const idle = () => (underWay ? new Promise<void>((done) => (onIdle = done)) : Promise.resolve());
  return { take, idle };
}

/** The server side: answers every operation of a protocol for the tenants that are served here. */
export function serveNats(
  link: NatsLink,
  protocol: Protocol,
  handler: WireHandler,
  { claims, tenants = ['*'] }: NatsServing = {},
): NatsServer {
  const { spec } = protocol;
  const { connection } = link;
  const run = (subject: string, bytes: Uint8Array): Wire | Promise<Wire> => {
    const tenant = subject.slice(0, subject.indexOf('.'));
    const { input, context } = parse(bytes) as Call;
    if (context.tenant !== tenant)
      return refuse('unauthenticated', 'The call is about another tenant than its subject.');
    const { claim: token } = context;
    const claim = token === undefined ? undefined : claims?.read(token);
    if (claims && token !== undefined && !claim) return refuse('unauthenticated', notSigned);
    const call = contextOf(context, claim);
    return handler(subject.slice(subject.lastIndexOf('.') + 1), input, call);
  };
  const { take, idle } = answering(connection, run);
  const subscriptions = new Map<string, Subscription>();
  const serve = (tenant: string) => {
    if (subscriptions.has(tenant)) return;
    const subscription = connection.subscribe(`${tenant}.${spec.name}.v${spec.version}.*`, {
      queue: `${spec.domain}.v${spec.version}`,
      callback: (_error, message) => {
        const { subject, reply, data } = message;
        if (reply) take(subject, data, reply);
      },
    });
    subscriptions.set(tenant, subscription);
  };
  for (const tenant of tenants) serve(tenant);
  return {
    serve,
    async drain() {
      await Promise.all([...subscriptions.values()].map((held) => held.drain()));
      await idle();
    },
  };
}
