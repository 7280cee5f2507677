/** Protocols over NATS: one subject for each tenant and operation, one queue group for each domain
 * and version. */
import {
  arrivedContext,
  travelling,
  type ClaimReader,
  type Fault,
  type Protocol,
  type Transport,
  type Wire,
  type WireHandler,
} from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type { Subscription } from 'nats';
import { callsIn, callText, type ArrivedFrameCall } from './call-frames.ts';
import { answeringOver } from './frame-answers.ts';
import { sealBytes } from './message-seal.ts';
import type { NatsLink } from './nats-link.ts';

/** One token of a subject: nothing that would name another subject or many. */
const subjectToken = /^[\w-]{1,100}$/;
const subjectOf = (tenant: string, { spec }: Protocol, operation: string) =>
  `${tenant}.${spec.name}.v${spec.version}.${operation}`;
/** Subjects of all operations of a protocol, for one tenant or `*`. */
export const callSubject = (tenant: string, protocol: Protocol): string =>
  subjectOf(tenant, protocol, '*');
/** The processes that share the calls of a protocol. */
export const queueOf = ({ spec }: Protocol): string => `${spec.domain}.v${spec.version}`;

export const refuse = (fault: Fault, sentence: string, data: Json = {}): Wire => ({
  error: { code: fault, fault, data, sentence },
});
/** Bytes of a frame besides those of its calls, generously. */
const frameRoom = sealBytes + 64;

/** The client side: carries encoded calls to whichever process answers for the tenant. */
export function natsTransport(link: NatsLink, protocol: Protocol): Transport {
  const { name } = protocol.spec;
  return async (operation, input, context) => {
    if (!subjectToken.test(context.tenant))
      return refuse('missing', `There is no tenant ${context.tenant}.`);
    const text = callText(input, travelling(context, Date.now()));
    const claim = context.claim?.token;
    const { max_payload: bytesMax = Infinity } = link.connection.info ?? {};
    const bytes = Buffer.byteLength(text) + (claim?.length ?? 0) + frameRoom;
    if (bytes > bytesMax) return refuse('invalid', `A call of ${bytes} bytes is too large.`);
    const subject = subjectOf(context.tenant, protocol, operation);
    try {
      const wire = await link.call(subject, { text, claim }, context.deadlineAt);
      return wire ?? refuse('unavailable', `Nobody answers for ${name} now; nothing was done.`);
    } catch (error) {
      const late = (error as { fault?: string }).fault === 'timeout';
      return late
        ? refuse('timeout', 'The deadline has passed; the call may have run.')
        : refuse('unavailable', `NATS cannot be reached: ${(error as Error).message}`);
    }
  };
}

const notOurs = refuse('invalid', 'The message is no call of this platform.');

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

/** The server side: answers every operation of a protocol for the tenants that are served here. */
export function serveNats(
  link: NatsLink,
  protocol: Protocol,
  handler: WireHandler,
  { claims, tenants = ['*'] }: NatsServing = {},
): NatsServer {
  const run = (subject: string, { input, context, token }: ArrivedFrameCall) => {
    const tenant = subject.slice(0, subject.indexOf('.'));
    const arrived = arrivedContext(context, { tenant, token, claims, now: Date.now() });
    if (!('context' in arrived)) return refuse(arrived.fault, arrived.problem);
    return handler(subject.slice(subject.lastIndexOf('.') + 1), input, arrived.context);
  };
  const answering = answeringOver(link);
  const take = (body: Buffer, subject: string, reply: string) => {
    if (!reply) return link.drop('malformed', subject);
    const calls = callsIn(body);
    if (calls) return answering.take(reply, calls, (call) => run(subject, call));
    link.drop('malformed', subject);
    answering.take(reply, [undefined], () => notOurs);
  };
  const subscriptions = new Map<string, Subscription>();
  const serve = (tenant: string) => {
    if (subscriptions.has(tenant)) return;
    const subject = callSubject(tenant, protocol);
    subscriptions.set(tenant, link.subscribe('call', subject, take, queueOf(protocol)));
  };
  for (const tenant of tenants) serve(tenant);
  return {
    serve,
    async drain() {
      // where the connection is gone nothing arrives any more
      await Promise.allSettled([...subscriptions.values()].map((held) => held.drain()));
      await answering.idle();
    },
  };
}
