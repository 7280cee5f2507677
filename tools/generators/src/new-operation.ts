// A new operation of a protocol: promised, implemented, tested alone and by a scenario.
import { isDeepStrictEqual } from 'node:util';
import type { DocumentType, FieldSpec, Protocol } from '@morrow/contract';
import type { Json, JsonObject } from '@morrow/kernel';
import { z } from 'zod';
import type { ChangeSet } from './change-set.ts';
import { protocolPath, type Checkout } from './checkout.ts';
import { checkName, checkOperation, Refused } from './names.ts';
import { implement, labelState, lengthenLifecycle, promise, type Kind } from './operation-edits.ts';
import * as sources from './templates/operation.ts';
import {
  commandSpec,
  operationScenario,
  querySpec,
  type Beginning,
} from './templates/operation-tests.ts';
import { kebabCase, lower, pascalCase, past, spoken } from './words.ts';

const eventLettersMax = 48;
type Names = sources.OperationNames;
type Begun = ReturnType<typeof begunBy>;

/** The document that a protocol is about: the one whose first event it declares. */
function begunBy(protocol: Protocol, documents: readonly DocumentType[]) {
  const { name, events, domain } = protocol.spec;
  for (const type of documents)
    for (const { on, from, to } of type.lifecycles.at(-1)?.transitions ?? [])
      if (!from.length && Object.hasOwn(events, on)) return { type, event: on, state: to };
  throw new Refused(`${name} begins no document of ${domain}: write this operation by hand.`);
}

/** The event of a command, and the state that it leads to: `workItemClosed` leads to `closed`. */
function eventNames(document: string, operation: string, given?: string) {
  const event = given
    ? checkName(given, 'event', eventLettersMax)
    : document + pascalCase(past(operation));
  const after = event.startsWith(document) ? event.slice(document.length) : event;
  return { event, state: lower(after || event) };
}

/** Whether the value passes the schema and comes out as it is. */
const takes = (schema: z.core.$ZodType, value: unknown) =>
  isDeepStrictEqual(z.core.safeParse(schema, value).data, value);

/** How a scenario comes by a document of its own, else by one that stands. */
function beginningOf(protocol: Protocol, begun: Begun, code: string): Beginning {
  const { type, event, state } = begun;
  for (const [operation, { kind, input, output }] of Object.entries(protocol.spec.operations)) {
    const gives = output instanceof z.ZodObject && Object.hasOwn(output.shape, `${type.name}Id`);
    if (kind === 'command' && gives && takes(input, { code, name: 'Of this scenario' }))
      return { operation, code, state };
  }
  return { event };
}

/** Errors that are declared already must take what the new operation gives them. */
function refuseOtherErrors(names: Names, { spec }: Protocol, kind: Kind): void {
  const given = {
    [sources.missingOf(names)]: { [sources.idKeyOf(names)]: sources.nobody },
    ...(kind === 'command' && { notInState: { state: names.state } }),
  };
  for (const [code, data] of Object.entries(given)) {
    const declared = Object.entries(spec.errors).find(([name]) => name === code)?.[1];
    if (declared && !takes(declared.data, data))
      throw new Refused(
        `${names.protocol} has an error ${code} with other data: write this operation by hand.`,
      );
  }
}

const sampleOf = ({ kind, optional, choices, always }: FieldSpec): Json => {
  if (optional) return null;
  if (kind === 'integer') return 1;
  if (kind === 'flag') return true;
  if (kind === 'table') return [];
  return kind === 'json' ? {} : (always ?? choices?.[0] ?? 'as it is');
};
/** Fields that a row of the type may have. */
const rowFields = ({ fields }: DocumentType): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, sampleOf(spec)]));

/** An event without data must leave the fields as they are. */
function refuseForgetful(type: DocumentType, event: string): void {
  const fields = rowFields(type);
  const sentence = `evolve of ${type.name} must keep the fields on an event that brings none.`;
  let after: unknown;
  try {
    after = type.evolve(fields, { type: event, data: {} });
  } catch (cause) {
    throw new Refused(sentence, { cause });
  }
  if (!isDeepStrictEqual(after, fields)) throw new Refused(sentence);
}

function refuseTaken(names: Names, protocolValue: Protocol, type: DocumentType, kind: Kind): void {
  const { spec } = protocolValue;
  const { protocol, operation, event, state } = names;
  if (Object.hasOwn(spec.operations, operation))
    throw new Refused(`${protocol} has an operation ${operation} already: choose another name.`);
  refuseOtherErrors(names, protocolValue, kind);
  if (kind === 'query') return;
  if (Object.hasOwn(spec.events, event))
    throw new Refused(`${protocol} has an event ${event} already: give another with --event.`);
  if (type.lifecycles.at(-1)?.states.includes(state))
    throw new Refused(`The ${spoken(type.name)} can be ${state} already: choose another name.`);
  refuseForgetful(type, event);
}

export async function newOperation(
  set: ChangeSet,
  checkout: Checkout,
  args: readonly string[],
  event?: string,
): Promise<void> {
  const [protocolName = '', operation = '', kind] = args;
  const protocol = await checkout.protocol(protocolName);
  checkName(operation, 'operation');
  if (kind !== 'query' && kind !== 'command')
    throw new Refused(`Say whether ${operation} is a query or a command, as the last word.`);
  checkOperation(operation, kind);
  if (event && kind === 'query')
    throw new Refused(`A query makes no event: leave out '--event ${event}'.`);
  const { domain } = protocol.spec;
  const { documents } = await checkout.manifest(domain);
  const begun = begunBy(protocol, documents);
  const { type } = begun;
  const { path, name: constant } = await checkout.documentFile(domain, type.name);
  const names: Names = {
    protocol: protocolName,
    Protocol: pascalCase(protocolName),
    folder: kebabCase(protocolName),
    document: type.name,
    constant,
    documentFile: path.split('/').at(-1) ?? '',
    row: rowFields(type),
    operation,
    ...eventNames(type.name, operation, event),
  };
  refuseTaken(names, protocol, type, kind);
  const beginning = beginningOf(protocol, begun, kebabCase(operation).toUpperCase());
  if (kind === 'command' && 'event' in beginning)
    throw new Refused(
      `No command of ${protocolName} opens one by a code and a name alone: write this by hand.`,
    );
  promise(set.edit(protocolPath(protocolName)), names, kind, protocol);
  if (kind === 'command') {
    lengthenLifecycle(set.edit(path), names, type);
    labelState(set, checkout, names);
  }
  implement(set, checkout, names, kind, domain);
  const stem = `libs/${kebabCase(domain)}/src/${sources.fileOf(names)}`;
  const isCommand = kind === 'command';
  const { commandImplementation, queryImplementation } = sources;
  set.create(`${stem}.ts`, (isCommand ? commandImplementation : queryImplementation)(names));
  set.create(`${stem}.spec.ts`, (isCommand ? commandSpec : querySpec)(names));
  set.create(
    `tools/proofs/src/scenarios/${names.folder}-${kebabCase(operation)}.scenarios.ts`,
    operationScenario(names, kind, beginning),
  );
}
