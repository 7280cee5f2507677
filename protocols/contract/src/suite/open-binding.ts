/** How a suite opens a binding, calls it and reads what came of a call. */
import type { CallContext } from '../context.ts';
import type { Protocol } from '../define-protocol.ts';
import type { Wire } from '../dispatch/outcome.ts';
import type { Serving } from '../dispatch/serve.ts';
import { isProtocolError } from '../protocol-error.ts';
import { Till } from './till.protocol.ts';

/** A binding that carries calls to an implementation, until it is closed. */
export interface Bound {
  readonly port: Till;
  close(): Promise<void>;
}

/** A binding that also lets a call past the types, as another version of a caller would make it. */
export interface BoundToWire extends Bound {
  raw(operation: string, input: unknown, context: CallContext): Promise<Wire>;
}

export type OpenBinding = (implementation: Till, serving: Serving) => Promise<Bound>;

export const trace = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;

/** The till's protocol without its types, as adapters take it. */
export const tillProtocol = Till as unknown as Protocol;

export const callOf = (changes: Partial<CallContext> = {}): CallContext => ({
  tenant: 'main',
  actor: 'person:ada',
  trace,
  deadlineAt: Date.now() + 20_000,
  key: 'key-1',
  ...changes,
});

/** What came of a call: its output, or the whole refusal. */
export async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return { ok: await call };
  } catch (error) {
    if (!isProtocolError(error)) return { leaked: error };
    const { protocol, code, fault, data, message } = error;
    return { protocol, code, fault, data, message };
  }
}
