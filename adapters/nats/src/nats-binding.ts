/** Protocols over NATS: one subject for each tenant and operation, one queue group for each domain and version. */
import {
  platformError,
  type CallContext,
  type Protocol,
  type Transport,
  type Wire,
  type WireHandler,
} from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type { Subscription } from 'nats';
import type { NatsLink } from './nats-link.ts';

/** What travels: the encoded input, and a context whose deadline is a duration, since clocks differ. */
interface Call {
  readonly input: unknown;
  readonly context: Omit<CallContext, 'deadlineAt' | 'receipt'> & { readonly leftMs: number };
}
const noResponders = 503;
const parse = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());

const subjectOf = (tenant: string, { spec }: Protocol, operation: string) =>
  `${tenant}.${spec.name}.v${spec.version}.${operation}`;

/** The client side: carries encoded calls to whichever process answers for the tenant. */
export function natsTransport(link: NatsLink, protocol: Protocol): Transport {
  const { name } = protocol.spec;
  const refuse = (fault: 'unavailable' | 'timeout', sentence: string): Wire => ({
    error: { code: fault, fault, data: {}, sentence },
  });
  return async (operation, input, context) => {
    const { deadlineAt, receipt: _, ...rest } = context;
    const call: Call = { input, context: { ...rest, leftMs: deadlineAt - Date.now() } };
    const payload = Buffer.from(JSON.stringify(call));
    const { max_payload: bytesMax = Infinity } = link.connection.info ?? {};
    if (payload.byteLength > bytesMax)
      throw platformError(name, 'invalid', `A call of ${payload.byteLength} bytes is too large.`);
    try {
      const message = await link.call(subjectOf(context.tenant, protocol, operation), payload, deadlineAt); // prettier-ignore
      if (message.headers?.code === noResponders)
        return refuse('unavailable', `Nobody answers for ${name} now; nothing was done.`);
      return parse(message.data) as Wire;
    } catch (error) {
      const late = (error as { fault?: string }).fault === 'timeout';
      return late
        ? refuse('timeout', 'The deadline has passed; the call may have run.')
        : refuse('unavailable', `NATS cannot be reached: ${(error as Error).message}`);
    }
  };
}

export interface NatsServer {
  /** Takes calls of one more tenant. */
  serve(tenant: string): void;
  /** Takes no new call, ends when those under way have answered. */
  drain(): Promise<void>;
}

/** The server side: answers every operation of a protocol for the tenants named. */
export function serveNats(
  link: NatsLink,
  protocol: Protocol,
  handler: WireHandler,
  tenants: readonly string[],
): NatsServer {
  const { spec } = protocol;
  const { connection } = link;
  const underWay = new Set<Promise<void>>();
  const answer = async (operation: string, bytes: Uint8Array, reply: string) => {
    let wire: Wire;
    try {
      const { input, context } = parse(bytes) as Call;
      const { leftMs, ...rest } = context;
      wire = await handler(operation, input, { ...rest, deadlineAt: Date.now() + leftMs });
    } catch {
      const sentence = 'The message is no call of this platform.';
      wire = { error: { code: 'invalid', fault: 'invalid', data: {} as Json, sentence } };
    }
    if (!connection.isClosed()) connection.publish(reply, Buffer.from(JSON.stringify(wire)));
  };
  const subscriptions = new Map<string, Subscription>();
  const serve = (tenant: string) => {
    if (subscriptions.has(tenant)) return;
    const subscription = connection.subscribe(`${tenant}.${spec.name}.v${spec.version}.*`, {
      queue: `${spec.domain}.v${spec.version}`,
      callback: (_error, message) => {
        const { subject, reply, data } = message;
        if (!reply) return;
        const operation = subject.slice(subject.lastIndexOf('.') + 1);
        const work = answer(operation, data, reply).finally(() => underWay.delete(work));
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
