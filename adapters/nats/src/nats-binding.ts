/** Protocols over NATS: one subject for each tenant and operation, one queue group for each domain
 * and version. */
import {
  type CallContext,
  type Fault,
  type Protocol,
  type Transport,
  type Wire,
  type WireHandler,
} from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type { Subscription } from 'nats';
import type { ClaimVerifier } from './claims.ts';
import type { NatsLink } from './nats-link.ts';

/** What travels: the encoded input, and a context whose deadline is a duration, since clocks
 * differ. */
interface Call {
  readonly input: unknown;
  readonly context: Omit<CallContext, 'deadlineAt' | 'receipt'> & { readonly leftMs: number };
}
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
    const { deadlineAt, receipt: _, ...rest } = context;
    if (!subjectToken.test(context.tenant))
      return refuse('missing', `There is no tenant ${context.tenant} here.`);
    const call: Call = { input, context: { ...rest, leftMs: deadlineAt - Date.now() } };
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
  /** Checks the claim of each call; without it the context is believed. */
  readonly claims?: ClaimVerifier | undefined;
  /** Tenants that are served here; every one unless told. */
  readonly tenants?: readonly string[] | undefined;
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
  const underWay = new Set<Promise<void>>();
  const run = async (operation: string, tenant: string, bytes: Uint8Array) => {
    const { input, context } = parse(bytes) as Call;
    const { leftMs, ...rest } = context;
    const call = { ...rest, deadlineAt: Date.now() + leftMs };
    if (call.tenant !== tenant)
      return refuse('unauthenticated', 'The call is about another tenant than its subject.');
    const problem = claims?.problemOf(call);
    return problem ? refuse('unauthenticated', problem) : handler(operation, input, call);
  };
  const answer = async (subject: string, bytes: Uint8Array, reply: string) => {
    const [tenant = '', , , operation = ''] = subject.split('.');
    const wire = await run(operation, tenant, bytes).catch(() => notOurs);
    if (connection.isClosed()) return;
    const { max_payload: bytesMax = Infinity } = connection.info ?? {};
    const payload = Buffer.from(JSON.stringify(wire));
    if (payload.byteLength <= bytesMax) return connection.publish(reply, payload);
    connection.publish(reply, Buffer.from(JSON.stringify(tooLarge)));
  };
  const subscriptions = new Map<string, Subscription>();
  const serve = (tenant: string) => {
    if (subscriptions.has(tenant)) return;
    const subscription = connection.subscribe(`${tenant}.${spec.name}.v${spec.version}.*`, {
      queue: `${spec.domain}.v${spec.version}`,
      callback: (_error, message) => {
        const { subject, reply, data } = message;
        if (!reply) return;
        const work = answer(subject, data, reply)
          .catch(() => undefined)
          .finally(() => underWay.delete(work));
        underWay.add(work);
      },
    });
    subscriptions.set(tenant, subscription);
  };
  for (const tenant of tenants) serve(tenant);
  return {
    serve,
    async drain() {
      await Promise.all([...subscriptions.values()].map((held) => held.drain()));
      await Promise.all(underWay);
    },
  };
}
