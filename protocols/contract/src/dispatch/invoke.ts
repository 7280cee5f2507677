/** Calls an operation by its name with values in wire form: what a workflow step does. */
import type { Json } from '@morrow/kernel';
import type { CallContext } from '../context.ts';
import type { OperationSpec, PortOf, Protocol, ProtocolSpec } from '../define-protocol.ts';
import { platformError } from '../protocol-error.ts';
import { codecOf } from '../schema/index.ts';
import { invalidInput } from './outcome.ts';
import type { Method } from './serve.ts';

/** `operation` is `stock.reserve`. Gives the output in wire form; throws the errors of the port,
 * `missing` where there is no such operation here, `forbidden` where it is not for workflows, and
 * `invalid` for an input that does not fit; then nothing was called. */
export type Invoke = (operation: string, wireInput: Json, context: CallContext) => Promise<Json>;

/** Protocols by their names, of two versions the newer one. */
const byName = (protocols: readonly Protocol[]): ReadonlyMap<string, Protocol> =>
  new Map(
    protocols
      .toSorted((one, other) => one.spec.version - other.spec.version)
      .map((protocol) => [protocol.spec.name, protocol]),
  );

function operationOf({ spec }: Protocol, name: string): OperationSpec {
  const operation = Object.hasOwn(spec.operations, name) ? spec.operations[name] : undefined;
  if (!operation)
    throw platformError(spec.name, 'missing', `${spec.name} has no operation ${name}.`);
  if (!operation.workflow)
    throw platformError(spec.name, 'forbidden', `Workflows may not call ${spec.name}.${name}.`);
  return operation;
}

/** An invoker over ports of these protocols, each asked for at its first call. */
export function invokerOf(
  protocols: readonly Protocol[],
  portOf: (protocol: Protocol) => PortOf<ProtocolSpec>,
): Invoke {
  const known = byName(protocols);
  const ports = new Map<Protocol, Record<string, Method>>();
  const methodsOf = (protocol: Protocol): Record<string, Method> => {
    const methods = ports.get(protocol) ?? (portOf(protocol) as Record<string, Method>);
    ports.set(protocol, methods);
    return methods;
  };
  return async (operation, wireInput, context) => {
    const dot = operation.indexOf('.');
    const [domain, name] = [operation.slice(0, Math.max(dot, 0)), operation.slice(dot + 1)];
    const protocol = known.get(domain);
    if (!protocol)
      throw platformError(domain, 'missing', `No hosted domain offers the operation ${operation}.`);
    const { input, output } = operationOf(protocol, name);
    let value: unknown;
    try {
      value = codecOf(input).decode(wireInput);
    } catch (error) {
      throw invalidInput(protocol.spec.name, error);
    }
    const method = methodsOf(protocol)[name];
    if (!method) throw new TypeError(`${protocol.spec.name} is implemented without ${name}`);
    return codecOf(output).encode(await method(value, context));
  };
}
