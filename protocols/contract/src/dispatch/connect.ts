/** The client half of a protocol: a frozen port over any transport, and the local binding that
 * never builds the wire form. */
import type { CallContext } from '../context.ts';
import type { PortOf, Protocol, ProtocolSpec } from '../define-protocol.ts';
import { codecOf } from '../schema/index.ts';
import { within } from './deadline.ts';
import { copyError, decodeError, exposed, invalidInput, type Wire } from './outcome.ts';
import { guarded, type Method, type Serving } from './serve.ts';
import { refuseInsideTransaction } from './transaction-guard.ts';

/** Carries one encoded call and brings back its wire outcome; throws a ProtocolError of the platform
 * (`unavailable`, `timeout`) where it could not. */
export type Transport = (operation: string, input: unknown, context: CallContext) => Promise<Wire>;

const portOf = <S extends ProtocolSpec>(spec: S, method: (name: string) => Method): PortOf<S> =>
  Object.freeze(
    Object.fromEntries(Object.keys(spec.operations).map((name) => [name, method(name)])),
  ) as unknown as PortOf<S>;

/** A port over a transport: encodes the input, waits until the deadline, decodes what came. */
export const connect = <S extends ProtocolSpec>(
  { spec }: Protocol<S>,
  transport: Transport,
): PortOf<S> =>
  portOf(spec, (name) => {
    const operation = spec.operations[name];
    if (!operation) throw new TypeError(`${spec.name} has no operation ${name}`);
    const land = (wire: Wire) => {
      if ('ok' in wire) return codecOf(operation.output).decode(wire.ok);
      throw decodeError(spec, wire.error);
    };
    return async (value, context) => {
      refuseInsideTransaction(spec.name);
      let raw: unknown;
      try {
        raw = codecOf(operation.input).encode(value);
      } catch (error) {
        throw invalidInput(spec.name, error);
      }
      const start = () => transport(name, raw, context);
      return within(spec.name, context.deadlineAt, start, land, (error) => error);
    };
  });

/** In process: same checks, same copies and same failures as over a wire, in one fused pass. */
export function bindLocal<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  port: PortOf<S>,
  serving: Serving = {},
): PortOf<S> {
  const { spec } = protocol;
  const operations = guarded(protocol, port, serving);
  return portOf(spec, (name) => {
    const found = operations.get(name);
    if (!found) throw new TypeError(`${spec.name} has no operation ${name}`);
    const { operation, run } = found;
    const copyInput = codecOf(operation.input).copy;
    const copyOutput = codecOf(operation.output).copy;
    const hide = (error: unknown, trace: string) => {
      const seen = exposed(spec, name, operation, error, trace, serving.onDefect);
      try {
        return copyError(spec, seen);
      } catch (broken) {
        return exposed(spec, name, operation, broken, trace, serving.onDefect);
      }
    };
    return (value, context) => {
      let input: unknown;
      try {
        refuseInsideTransaction(spec.name);
      } catch (error) {
        return Promise.reject(error as Error);
      }
      try {
        input = copyInput(value);
      } catch (error) {
        return Promise.reject(invalidInput(spec.name, error));
      }
      const crash = (error: unknown) => hide(error, context.trace);
      return within(spec.name, context.deadlineAt, () => run(input, context), copyOutput, crash);
    };
  });
}
