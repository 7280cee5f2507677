// A new operation of a protocol that stands: what it promises, what it does, and how it is proved.
import type { JsonObject } from '@morrow/kernel';
import { kebabCase, oneOf, pascalCase, spoken } from '../words.ts';

export interface OperationNames {
  /** The protocol and its value: `workItems`, `WorkItems`, in `work-items`. */
  readonly protocol: string;
  readonly Protocol: string;
  readonly folder: string;
  /** The document, what its file exports, and that file beside the new one. */
  readonly document: string;
  readonly constant: string;
  readonly documentFile: string;
  /** Fields of a row, for tests. */
  readonly row: JsonObject;
  readonly operation: string;
  readonly event: string;
  /** The state that the event leads to: `closed`. */
  readonly state: string;
}
/** An id that no document has. */
export const nobody = '00000000-0000-7000-8000-000000000000';
export const idKeyOf = ({ document }: OperationNames): string => `${document}Id`;
export const missingOf = ({ document }: OperationNames): string => `noSuch${pascalCase(document)}`;
/** `closeWorkItem`, `getWorkItemSummary`: also the name of its file. */
export const functionOf = ({ operation, document }: OperationNames): string =>
  operation.replace(/^[a-z0-9]+/, (verb) => verb + pascalCase(document));
export const fileOf = (names: OperationNames): string => kebabCase(functionOf(names));

export const errorSources = (names: OperationNames, kind: 'query' | 'command') => {
  const { document } = names;
  const missing = `${missingOf(names)}: {
    fault: 'missing',
    data: z.object({ ${idKeyOf(names)}: idSchema('${document}') }),
    sentence: 'There is no ${spoken(document)} {${idKeyOf(names)}}.',
  }`;
  const state = `notInState: {
    fault: 'conflict',
    data: z.object({ state: Code(40) }),
    sentence: 'That cannot be done where it stands: it is {state}.',
  }`;
  const all = { [missingOf(names)]: missing, ...(kind === 'command' && { notInState: state }) };
  return all as Readonly<Record<string, string>>;
};

export const operationSource = (names: OperationNames, kind: 'query' | 'command'): string => {
  const { operation, document } = names;
  const said = oneOf(document);
  const errors = Object.keys(errorSources(names, kind)).map((code) => `'${code}'`);
  const more = kind === 'query' ? ', madeAt: InstantSchema' : '';
  const summary =
    kind === 'query'
      ? `Where ${said} stands`
      : `Brings ${said} to the state ${spoken(names.state)}`;
  return `${operation}: ${kind}({
    summary: '${summary}',
    input: z.object({ ${idKeyOf(names)}: idSchema('${document}') }),
    output: z.object({ ${idKeyOf(names)}: idSchema('${document}'), state: Code(40)${more} }),
    errors: [${errors.join(', ')}],
  })`;
};

export const eventSource = ({ event, state, document }: OperationNames): string =>
  `${event}: {
    version: 1,
    summary: 'The ${spoken(document)} is ${spoken(state)}',
    data: z.object({}),
  }`;

export const commandImplementation = (names: OperationNames): string => {
  const { Protocol, folder, document, constant, documentFile, operation, event, state } = names;
  const idKey = idKeyOf(names);
  const decide = `decide${pascalCase(operation)}`;
  return `/** ${Protocol}: brings ${oneOf(document)} to the state ${spoken(state)}. */
import type { FieldsOf } from '@morrow/contract';
import {
  allows, commitChange, eventOf, transitionOf, type DocumentRow, type Engines,
} from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import { ${Protocol} } from '@morrow/protocol-${folder}';
import { ${constant} } from './${documentFile}';

/** Decides from what stands; refuses where the lifecycle does not allow it. */
export function ${decide}(row: DocumentRow<FieldsOf<typeof ${constant}>>) {
  const event = eventOf(${Protocol}, '${event}', {});
  if (!allows(${constant}, row, event)) throw ${Protocol}.fail('notInState', { state: row.state });
  return transitionOf(${constant}, row, row.id, [event]);
}

export const ${functionOf(names)} =
  (engines: Engines, clock: Clock): ${Protocol}['${operation}'] =>
  ({ ${idKey} }, context) =>
    commitChange(engines, clock, context, async () => {
      const row = await engines.documents(context).load(${constant}, ${idKey});
      if (!row) throw ${Protocol}.fail('${missingOf(names)}', { ${idKey} });
      const transition = ${decide}(row);
      return { transitions: [transition], output: { ${idKey}, state: transition.row.state } };
    });
`;
};

export const queryImplementation = (names: OperationNames): string => {
  const { Protocol, folder, document, constant, documentFile, operation } = names;
  const idKey = idKeyOf(names);
  return `/** ${Protocol}: tells where ${oneOf(document)} stands. */
import type { DocumentRow, Engines } from '@morrow/document-keeper';
import { madeAt, type Id } from '@morrow/kernel';
import { ${Protocol} } from '@morrow/protocol-${folder}';
import { ${constant} } from './${documentFile}';

/** What its row says of ${oneOf(document)}. */
export const tell = ({ id, state }: DocumentRow) => ({
  ${idKey}: id as Id<'${document}'>,
  state,
  madeAt: madeAt(id),
});

/** Refuses an id that no ${spoken(document)} has. */
export const ${functionOf(names)} =
  (engines: Engines): ${Protocol}['${operation}'] =>
  async ({ ${idKey} }, context) => {
    const row = await engines.documents(context).load(${constant}, ${idKey});
    if (!row) throw ${Protocol}.fail('${missingOf(names)}', { ${idKey} });
    return tell(row);
  };
`;
};
