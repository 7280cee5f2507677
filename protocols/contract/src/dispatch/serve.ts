/** The server half of a protocol, shared by every binding: validated, guarded, run once, and only
 * declared errors survive. */
import type { CallContext, ReceiptBook } from '../context.ts';
import type { OperationSpec, PortOf, Protocol, ProtocolSpec } from '../define-protocol.ts';
import { platformError } from '../protocol-error.ts';
import { codecOf } from '../schema/index.ts';
import { claimProblem, type ClaimReader } from './claim.ts';
import { within } from './deadline.ts';
import { Idempotency } from './idempotency.ts';
import { encodeError, exposed, invalidInput, type DefectListener, type Wire } from './outcome.ts';

export interface Serving {
  /** Where answers of commands are kept; without it a command runs each time that it is called. */
  readonly receipts?: ReceiptBook | undefined;
  readonly onDefect?: DefectListener | undefined;
  /** What proves who calls; without it the context is believed. */
  readonly claims?: ClaimReader | undefined;
  /** Tenants that exist here; a missing one is an error, never an empty result. */
  readonly hasTenant?: ((tenant: string) => boolean) | undefined;
  /** Decides on the person behind the call; throws `forbidden`. The same in every binding. */
  readonly authorize?: ((operation: string, context: CallContext) => void) | undefined;
}
export type Method = (input: unknown, context: CallContext) => Promise<unknown>;

/** One operation after all checks but the input's own schema: values in, values out. */
export interface Guarded {
  readonly operation: OperationSpec;
  readonly run: Method;
}

/** Throws where the call is not its actor's, or the tenant is not here. */
function admit(
  protocol: string,
  operation: string,
  { claims, hasTenant, authorize }: Serving,
  context: CallContext,
): void {
  const problem = claims && claimProblem(claims, context);
  if (problem) throw platformError(protocol, 'unauthenticated', problem);
  if (hasTenant && !hasTenant(context.tenant))
    throw platformError(protocol, 'missing', `There is no tenant ${context.tenant}.`);
  authorize?.(`${protocol}.${operation}`, context);
}

/** Wraps each operation of an implementation with claim, tenant, permission and idempotency. */
export function guarded<S extends ProtocolSpec>(
  { spec }: Protocol<S>,
  port: PortOf<S>,
  serving: Serving,
): ReadonlyMap<string, Guarded> {
  const idempotency = serving.receipts && new Idempotency(spec, serving.receipts);
  const methods = port as unknown as Record<string, Method>;
  return new Map(
    Object.entries(spec.operations).map(([name, operation]): [string, Guarded] => {
      const method = methods[name];
      if (!method) throw new TypeError(`${spec.name} is implemented without ${name}`);
      const once =
        idempotency && operation.kind === 'command'
          ? (input: unknown, context: CallContext) =>
              idempotency.run(name, input, context, (inner) => method.call(port, input, inner))
          : method.bind(port);
      const run: Method = (input, context) => {
        admit(spec.name, name, serving, context);
        return once(input, context);
      };
      return [name, { operation, run }];
    }),
  );
}

/** From wire to wire around one implementation. Never throws. */
export type WireHandler = (
  operation: string,
  input: unknown,
  context: CallContext,
) => Promise<Wire>;

export function serve<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  port: PortOf<S>,
  serving: Serving = {},
): WireHandler {
  const { spec } = protocol;
  const operations = guarded(protocol, port, serving);
  return async (name, raw, context) => {
    const found = operations.get(name);
    if (!found) {
      const error = platformError(spec.name, 'missing', `${spec.name} has no operation ${name}`);
      return { error: encodeError(spec, error) };
    }
    const { operation, run } = found;
    let input: unknown;
    try {
      input = codecOf(operation.input).decode(raw);
    } catch (error) {
      return { error: encodeError(spec, invalidInput(spec.name, error)) };
    }
    const fail = (error: unknown) =>
      exposed(spec, name, operation, error, context.trace, serving.onDefect);
    try {
      const encode = (output: unknown) => codecOf(operation.output).encode(output);
      const start = () => run(input, context);
      const ok = await within(spec.name, context.deadlineAt, start, encode, (error) => error);
      return { ok: ok as never };
    } catch (error) {
      try {
        return { error: encodeError(spec, fail(error)) };
      } catch (broken) {
        return { error: encodeError(spec, fail(broken)) };
      }
    }
  };
}
