/** Declares protocols: typed contracts from which every binding, page of docs and permission is
 * derived. */
import { invariant, type JsonObject } from '@morrow/kernel';
import type { z } from 'zod';
import { platformFaults, type Fault } from './fault.ts';
import { isProtocolError, ProtocolError } from './protocol-error.ts';
import { codecOf, largestMessage, wireFaults } from './schema/index.ts';

/** The largest input, output or event of a protocol, in bytes of JSON. */
export const messageBytesMax = 512 * 1024;

type Schema = z.core.$ZodType;

export interface ErrorSpec {
  readonly fault: Fault;
  readonly data: Schema;
  /** What a person reads; `{field}` is filled from the data. */
  readonly sentence: string;
}
export interface OperationSpec {
  readonly kind: 'query' | 'command';
  readonly summary: string;
  readonly input: Schema;
  readonly output: Schema;
  readonly errors: readonly string[];
  /** Whether a workflow step may call it. */
  readonly workflow?: boolean;
}
export interface EventSpec {
  readonly version: number;
  readonly summary: string;
  readonly data: Schema;
  /** Versions before this one that stored events still have, oldest first. */
  readonly earlier?: readonly EarlierEvent[];
}
/** A version that is published no more. */
export interface EarlierEvent {
  readonly version: number;
  readonly data: Schema;
  /** Wire form of this version → wire form of the next; pure. */
  upcast(data: JsonObject): JsonObject;
}
export interface ProtocolSpec {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  /** The module that owns it: its processes answer it, its database holds its records. */
  readonly domain: string;
  readonly errors: Readonly<Record<string, ErrorSpec>>;
  readonly operations: Readonly<Record<string, OperationSpec>>;
  readonly events: Readonly<Record<string, EventSpec>>;
}

type Out<S extends Schema> = S['_zod']['output'];

/** What a domain implements and what its callers hold: one async function per operation. */
export type PortOf<S extends ProtocolSpec> = {
  readonly [K in keyof S['operations']]: (
    input: Out<S['operations'][K]['input']>,
    context: import('./context.ts').CallContext,
  ) => Promise<Out<S['operations'][K]['output']>>;
};
export type EventData<S extends ProtocolSpec, K extends keyof S['events']> = Out<
  S['events'][K]['data']
>;
export type ErrorData<S extends ProtocolSpec, K extends keyof S['errors']> = Out<
  S['errors'][K]['data']
>;

/** Any protocol is a `Protocol`: whoever holds one without knowing which takes it as this. */
export interface Protocol<out S extends ProtocolSpec = ProtocolSpec> {
  readonly spec: S;
  /** Injection token, equal in every bundle: `morrow.ledger.v1`. */
  readonly token: symbol;
  /** Builds a declared error with its sentence. */
  fail<K extends keyof S['errors'] & string>(
    code: K,
    data: ErrorData<S, K>,
  ): ProtocolError<K, ErrorData<S, K>>;
  is<K extends keyof S['errors'] & string>(
    error: unknown,
    code: K,
  ): error is ProtocolError<K, ErrorData<S, K>>;
}
/** The port type of a protocol value: `type Ledger = PortFor<typeof Ledger>`. */
export type PortFor<P> = P extends Protocol<infer S> ? PortOf<S> : never;
/** Data of one event of a protocol. */
export type EventOf<P, K> =
  P extends Protocol<infer S> ? (K extends keyof S['events'] ? EventData<S, K> : never) : never;

/** `{field}` in the sentence of an error, filled from its data in wire form: quantities as people
 * write them. */
export const fillSentence = (sentence: string, data: unknown): string =>
  sentence.replace(/\{(\w+)\}/g, (_, field: string) =>
    String((data as Record<string, unknown> | null)?.[field] ?? field),
  );

/** Why the earlier versions of an event do not lead to the present one; empty when they do. */
function upcastFaults({ version, earlier = [] }: EventSpec): readonly string[] {
  const first = version - earlier.length;
  if (first < 1) return [`${earlier.length} earlier versions, but it is version ${version}`];
  return earlier.flatMap((known, at) =>
    known.version === first + at ? [] : [`version ${first + at} is missing before ${version}`],
  );
}

function check(spec: ProtocolSpec): void {
  const at = (place: string) => `${spec.name}.${place}`;
  for (const [code, { fault }] of Object.entries(spec.errors))
    invariant(!platformFaults.has(fault), `${at(code)}: ${fault} is the platform's own fault`);
  for (const [name, event] of Object.entries(spec.events)) {
    const bad = upcastFaults(event);
    invariant(!bad.length, `${at(name)}: ${bad.join('; ')}`);
  }
  const messages: [string, Schema][] = [
    ...Object.entries(spec.operations).flatMap(([name, { input, output }]): [string, Schema][] => [
      [`${name}.input`, input],
      [`${name}.output`, output],
    ]),
    ...Object.entries(spec.events).map(([name, { data }]): [string, Schema] => [name, data]),
    ...Object.entries(spec.errors).map(([name, { data }]): [string, Schema] => [name, data]),
  ];
  for (const [place, schema] of messages) {
    const bad = wireFaults(schema);
    invariant(!bad.length, `${at(place)} does not survive the wire: ${bad.join('; ')}`);
    const bytes = largestMessage(schema);
    invariant(
      bytes <= messageBytesMax,
      `${at(place)} may reach ${bytes} bytes: page it, stream it or send a blob reference`,
    );
  }
}

/** Declares one protocol. An operation that names an undeclared error does not compile; a message
 * that may exceed 512 KiB, or would not survive JSON, is refused when the module loads. */
export function defineProtocol<
  const E extends Record<string, ErrorSpec>,
  const O extends Record<
    string,
    OperationSpec & { readonly errors: readonly (keyof E & string)[] }
  >,
  const V extends Record<string, EventSpec>,
>(
  spec: Omit<ProtocolSpec, 'errors' | 'operations' | 'events'> & {
    readonly errors: E;
    readonly operations: O;
    readonly events: V;
  },
): Protocol<
  Omit<ProtocolSpec, 'errors' | 'operations' | 'events'> & { errors: E; operations: O; events: V }
> {
  check(spec);
  return {
    spec,
    token: Symbol.for(`morrow.${spec.name}.v${spec.version}`),
    fail: (code, data) => {
      const declared = spec.errors[code];
      invariant(declared, `${spec.name} declares no error ${code}`);
      const wire = codecOf(declared.data).encode(data);
      const sentence = fillSentence(declared.sentence, wire);
      return new ProtocolError(spec.name, code, declared.fault, data, sentence);
    },
    is: (error, code): error is never =>
      isProtocolError(error) && error.protocol === spec.name && error.code === code,
  };
}

/** An operation that changes nothing. */
export const query = <const T extends Omit<OperationSpec, 'kind'>>(operation: T) => ({
  kind: 'query' as const,
  ...operation,
});
/** An operation that changes something: it carries an idempotency key. */
export const command = <const T extends Omit<OperationSpec, 'kind'>>(operation: T) => ({
  kind: 'command' as const,
  ...operation,
});
