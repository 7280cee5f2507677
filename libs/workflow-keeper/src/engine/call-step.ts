/** Calls the operation of a step, and says what its answer means to the instance. */
import {
  isPlatformConflict,
  isProtocolError,
  type CallContext,
  type Invoke,
  type NewPulse,
  type ProtocolError,
  type Pulse,
} from '@morrow/contract';
import type { Clock, JsonObject } from '@morrow/kernel';
import { placed, scopeOf } from '../draft.ts';
import type { Happening } from '../happening.ts';
import type { DueCall } from '../work-of.ts';
import { callShare, overdueShare } from './alarm.ts';
import type { StoredInstance } from './stored-instance.ts';
import { actingFor, type Acting, type InstanceBook } from './instance-book.ts';

export interface Caller {
  readonly tenant: string;
  readonly book: Pick<InstanceBook, 'leaseMs'>;
  readonly clock: Clock;
  readonly invoke: Invoke;
  readonly newPulse: NewPulse;
  signed(context: CallContext): CallContext;
}

/** The idempotency key of a call: whoever makes it, and however often, it runs once. */
export const keyOf = (instance: string, { step, epoch, isUndo }: DueCall): string =>
  `${instance}/${step}/${epoch}${isUndo ? '/undo' : ''}`;

/** A call with all that is sent; JSON. */
export interface PreparedCall {
  readonly step: string;
  readonly isUndo: boolean;
  readonly epoch: number;
  readonly operation: string;
  readonly input: JsonObject;
  readonly key: string;
  readonly by: Acting;
}

/** The call, or what it means that its input cannot be made. */
export async function prepareCall(
  held: StoredInstance,
  call: DueCall,
): Promise<
  { readonly prepared: PreparedCall } | { readonly prepared: undefined; readonly broken: Happening }
> {
  const { step, isUndo, epoch, operation } = call;
  const of = { step, isUndo, epoch };
  const { evaluator } = held.machine;
  const scope = scopeOf(held.id, held.fields);
  const input = await (isUndo ? evaluator.compensation(step, scope) : evaluator.input(step, scope));
  if (!input.isOk)
    return { prepared: undefined, broken: { kind: 'broken', ...of, sentence: placed(input) } };
  const sent = { input: input.value, key: keyOf(held.id, call), by: actingFor(held) };
  return { prepared: { ...of, operation, ...sent } };
}

/** Never throws. */
export async function makeCall(
  { tenant, book, clock, invoke, newPulse, signed }: Caller,
  { step, isUndo, epoch, operation, input, key, by }: PreparedCall,
): Promise<Happening> {
  const of = { step, isUndo, epoch };
  const callMs = Math.floor(book.leaseMs * callShare);
  const deadlineAt = clock.now().getTime() + callMs;
  const context = { tenant, ...by, deadlineAt, key };
  try {
    const answer = invoke(operation, input, signed(context));
    const output = await within(callMs + book.leaseMs * overdueShare, answer, newPulse());
    return { kind: 'answered', ...of, output };
  } catch (error) {
    return { ...meaningOf(error), ...of, sentence: `${operation}: ${sentenceOf(error)}` };
  }
}

/** The same answer, or an error after so long: bindings end calls at their deadline, and what no
 * binding guards must not hold an instance for ever. */
async function within<T>(limitMs: number, answer: Promise<T>, pulse: Pulse): Promise<T> {
  const overdue = pulse.next(limitMs).then(() => {
    throw new Error('It did not answer in time; it may have run.');
  });
  return Promise.race([answer, overdue]).finally(() => pulse.poke());
}

/** Never throws. */
export async function callStep(
  caller: Caller,
  held: StoredInstance,
  call: DueCall,
): Promise<Happening> {
  const asked = await prepareCall(held, call);
  return asked.prepared ? makeCall(caller, asked.prepared) : asked.broken;
}

const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What a failed call means: a refusal is final, who is away comes back, all else
 * is tried again. */
function meaningOf(error: unknown): { readonly kind: 'refused' | 'failed' | 'away' | 'broken' } {
  if (!isProtocolError(error) || isPlatformConflict(error)) return { kind: 'failed' };
  switch (error.fault) {
    case 'unavailable':
    case 'exhausted':
    case 'inFlight':
      return { kind: 'away' };
    case 'timeout':
    case 'defect':
    case 'unauthenticated':
      return { kind: 'failed' };
    case 'reused':
      return { kind: 'broken' };
    default:
      return { kind: isOfPlatform(error) ? 'broken' : 'refused' };
  }
}
/** The input does not fit its schema, or there is no such operation: no business has refused. */
const isOfPlatform = ({ code, fault }: ProtocolError) => code === fault;
