// The tests of a new operation: its decision alone, and a scenario through every binding.
import { oneOf, pascalCase, spoken } from '../words.ts';
import { fileOf, idKeyOf, missingOf, nobody, type OperationNames } from './operation.ts';

/** How a scenario comes by a document: it opens one, or takes the first that another has begun. */
export type Beginning =
  | { readonly operation: string; readonly code: string; readonly state: string }
  | { readonly event: string };

const rowSource = ({ constant, row }: OperationNames) => `const row = {
  id: '00000000-0000-7000-8000-000000000001',
  version: 1,
  state: ${constant}.lifecycles[0]!.states[0]!,
  lifecycle: pinOf(${constant}.lifecycles.at(-1)!),
  fields: ${JSON.stringify(row)},
} as const;`;

export const commandSpec = (names: OperationNames): string => {
  const { constant, documentFile, operation, state, document } = names;
  const decide = `decide${pascalCase(operation)}`;
  return `/** How ${oneOf(document)} comes to be ${spoken(state)}: decided without a database. */
import { pinOf } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { ${decide} } from './${fileOf(names)}.ts';
import { ${constant} } from './${documentFile}';

${rowSource(names)}

it('the ${spoken(document)} is ${spoken(state)}, and keeps its fields', () => {
  const decided = ${decide}(row).row;
  expect(decided).toEqual({ ...row, version: 2, state: '${state}' });
});

it('it is ${spoken(state)} once', () => {
  const decided = ${decide}(row).row;
  expect(() => ${decide}(decided)).toThrow(
    expect.objectContaining({ code: 'notInState', data: { state: '${state}' } }),
  );
});
`;
};

export const querySpec = (names: OperationNames): string => {
  const { constant, documentFile, document } = names;
  return `/** What is told of ${oneOf(document)}: from its row alone. */
import { pinOf } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { tell } from './${fileOf(names)}.ts';
import { ${constant} } from './${documentFile}';

${rowSource(names)}

it('tells where the ${spoken(document)} stands, and when it was made', () => {
  const { id, state } = row;
  expect(tell(row)).toEqual({ ${idKeyOf(names)}: id, state, madeAt: new Date(0) });
});
`;
};

const beginSource = (names: OperationNames, beginning: Beginning): string => {
  const { protocol, document } = names;
  const idKey = idKeyOf(names);
  if ('operation' in beginning)
    return `const details = { code: '${beginning.code}', name: 'Of this scenario' };
    const { ${idKey} } = await ${protocol}.${beginning.operation}(details, world.context());`;
  return `await world.settled();
    const begun = (await world.events()).find(({ type }) => type === '${beginning.event}');
    const ${idKey} = begun?.streamId as Id<'${document}'>;`;
};

const callOf = (names: OperationNames, id: string) =>
  `${names.protocol}.${names.operation}({ ${id} }, world.context())`;

/** What a query must tell: the state that it began in, or any where other scenarios move it. */
const tellSource = (names: OperationNames, beginning: Beginning): string => {
  const idKey = idKeyOf(names);
  if ('operation' in beginning)
    return `const told = await ${callOf(names, idKey)};
    const state = '${beginning.state}';
    expect(told).toEqual({ ${idKey}, state, madeAt: madeAt(${idKey}) });`;
  return `const told = await ${callOf(names, idKey)};
    const state: unknown = expect.stringMatching(/./);
    expect(told).toEqual({ ${idKey}, state, madeAt: madeAt(${idKey}) });`;
};

const actSource = (names: OperationNames): string => {
  const idKey = idKeyOf(names);
  const call = callOf(names, idKey);
  return `expect(await ${call}).toEqual({ ${idKey}, state: '${names.state}' });
    const again = await world.refusal(() => ${call});
    expect(again).toMatchObject({ code: 'notInState', data: { state: '${names.state}' } });`;
};

export const operationScenario = (
  names: OperationNames,
  kind: 'query' | 'command',
  beginning: Beginning,
): string => {
  const { protocol, Protocol, folder, operation, document, state } = names;
  const isQuery = kind === 'query';
  const sentence = isQuery
    ? `${operation} of ${protocol} tells where ${oneOf(document)} stands`
    : `${oneOf(document)} is ${spoken(state)} once`;
  return `/** ${Protocol}, ${operation}: through every binding. */
import { ${isQuery ? 'madeAt, ' : ''}type Id } from '@morrow/kernel';
import { ${Protocol} } from '@morrow/protocol-${folder}';
import { expect } from 'vitest';
import type { Scenario } from '../worlds/world.ts';

const nobody = '${nobody}' as Id<'${document}'>;

export const scenarios: Readonly<Record<string, Scenario>> = {
  async '${sentence}'(world) {
    const ${protocol} = world.port(${Protocol});
    ${beginSource(names, beginning)}
    ${isQuery ? tellSource(names, beginning) : actSource(names)}
  },
  async '${operation} of ${protocol} refuses an id that none has'(world) {
    const ${protocol} = world.port(${Protocol});
    const none = () => ${callOf(names, `${idKeyOf(names)}: nobody`)};
    expect(await world.refusal(none)).toMatchObject({ code: '${missingOf(names)}' });
  },
};
`;
};
