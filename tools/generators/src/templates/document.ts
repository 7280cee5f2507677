// The document type of a new record, and the test of its events.
import type { RecordNames } from './record.ts';

export const documentSource = ({ one, One, said, title, openedEvent }: RecordNames): string =>
  `/** The ${said}: opened under a code that no other has. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface ${One}Fields extends JsonObject {
  readonly code: string;
  readonly name: string;
}

const lifecycle = defineLifecycle({
  id: '${one}',
  version: 1,
  states: ['open'],
  transitions: [{ on: '${openedEvent}', from: [], to: 'open' }],
});

export const ${one} = defineDocument<${One}Fields>({
  name: '${one}',
  label: '${title}',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [lifecycle],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    name: { kind: 'text', label: 'Name' },
  },
  evolve: (fields, { data }) => ({ ...fields, ...data }) as ${One}Fields,
});
`;

export const documentSpec = (names: RecordNames): string => {
  const { one, Many, said, aSaid, file, folder, openedEvent } = names;
  return `/** What events make of ${aSaid}: pure, without a database. */
import { eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import { ${Many} } from '@morrow/protocol-${folder}';
import { expect, it } from 'vitest';
import { ${one} } from './${file}.document.ts';

const id = '00000000-0000-7000-8000-000000000001';
const opened = eventOf(${Many}, '${openedEvent}', { code: 'FIRST', name: 'The first' });

it('the ${said} is open once it has a code and a name', () => {
  const { row } = transitionOf(${one}, undefined, id, [opened]);
  expect({ ...row, lifecycle: row.lifecycle.id }).toEqual({
    id,
    version: 1,
    state: 'open',
    lifecycle: '${one}',
    fields: { code: 'FIRST', name: 'The first' },
  });
});

it('the ${said} is opened once', () => {
  const { row } = transitionOf(${one}, undefined, id, [opened]);
  expect(() => transitionOf(${one}, row, id, [opened])).toThrow(NotInState);
});
`;
};
