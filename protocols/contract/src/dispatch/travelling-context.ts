/** The context of a call as it travels, and the limits that it is held to in every binding. */
import type { CallContext } from '../context.ts';
import { notSigned, type ClaimReader } from './claim.ts';

/** Characters (UTF-16 code units) of an idempotency key, an actor or a trace at most. */
export const keyLengthMax = 200;
/** A caller may wait for an answer this long at most; a longer deadline is shortened to it. */
export const deadlineMaxMs = 120_000;

/** The trace of a call that brought none that can be read. */
export const untraced = `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`;

const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Whether a text is a W3C traceparent (version 00). */
export const isTrace = (text: unknown): text is string =>
  typeof text === 'string' && traceparent.test(text);

/** Control characters, and halves of characters. */
const unfit = /[\p{Cc}\p{Cs}]/u;
const isName = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text.length <= keyLengthMax && !unfit.test(text);

/** Why a text is not an idempotency key, in one sentence; undefined when it is one. */
export function keyProblem(key: unknown): string | undefined {
  if (isName(key)) return undefined;
  if (typeof key === 'string' && key.length > keyLengthMax)
    return `The Idempotency-Key is longer than ${keyLengthMax} characters.`;
  return 'The Idempotency-Key is not printable text.';
}

/** The moment at which nobody waits any more for a call that asks to be waited for this long. */
export const deadlineOf = (leftMs: number, now: number): number =>
  now + Math.min(leftMs, deadlineMaxMs);

/** A context as it travels: the deadline is a duration, since clocks differ, and the claim is its
 * signed text. The tenant is the subject's or the request's. */
export interface TravellingContext {
  readonly actor: string;
  readonly onBehalfOf?: string | undefined;
  readonly trace: string;
  readonly key?: string | undefined;
  readonly leftMs: number;
}

/** Named one by one: copying whatever a context holds costs more than the call. */
export const travelling = (
  { actor, onBehalfOf, trace, key, deadlineAt }: CallContext,
  now: number,
): TravellingContext => ({ actor, onBehalfOf, trace, key, leftMs: deadlineAt - now });

/** What a call brings besides its context. */
export interface ArrivedCall {
  readonly tenant: string;
  /** The signed text of its claim; undefined where it has none. */
  readonly token: unknown;
  /** Without it no claim is handed on. */
  readonly claims: ClaimReader | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}
export type ArrivedContext =
  | { readonly context: CallContext }
  | { readonly fault: 'invalid' | 'unauthenticated'; readonly problem: string };

const refused = (problem: string): ArrivedContext => ({ fault: 'invalid', problem });

/** Reads a context that arrived over a wire: nothing is believed about its types. */
export function arrivedContext(
  sent: unknown,
  { tenant, token, claims, now }: ArrivedCall,
): ArrivedContext {
  if (typeof sent !== 'object' || sent === null) return refused('The call has no context.');
  const { actor, onBehalfOf, trace, key, leftMs }: Record<string, unknown> = { ...sent };
  if (!isName(actor)) return refused('The actor of the call is not printable text.');
  if (onBehalfOf !== undefined && !isName(onBehalfOf))
    return refused('The person on whose behalf the call is made is not printable text.');
  if (key !== undefined && !isName(key)) return refused(keyProblem(key) ?? '');
  if (typeof leftMs !== 'number' || !Number.isFinite(leftMs))
    return refused('The call has no deadline.');
  const claim = typeof token === 'string' ? claims?.read(token) : undefined;
  if (claims && token !== undefined && !claim)
    return { fault: 'unauthenticated', problem: notSigned };
  return {
    context: {
      tenant,
      actor,
      onBehalfOf,
      trace: isTrace(trace) ? trace : untraced,
      key,
      claim,
      deadlineAt: deadlineOf(leftMs, now),
    },
  };
}
