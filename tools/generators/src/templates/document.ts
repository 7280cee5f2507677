// What a new record is, its document type, and the test of its events.
import type { RecordNames } from './record.ts';

export const recordSource = (names: RecordNames): string => {
  const { domain, one, One, aSaid, title, titleMany, openedEvent } = names;
  return `/** What ${aSaid} is: opened under a code that no other has. */
import { Code, defineRecord, fields, viewOf } from '@morrow/contract';
import type { z } from 'zod';

export const ${One} = defineRecord({
  name: '${one}',
  owner: '${domain}',
  title: { one: '${title}', many: '${titleMany}' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    code: fields.code({ max: 32, label: 'Code', unique: true, once: true }),
    name: fields.text({ max: 120, label: 'Name' }),
  },
  states: { open: 'Open' },
  moves: { open: { on: '${openedEvent}', to: 'open', takes: 'all' } },
});
/** ${One} as callers see it, with where it stands in its lifecycle. */
export const ${One}View = viewOf(${One}).extend({ state: Code(40) });
export type ${One} = z.output<typeof ${One}View>;
`;
};

export const documentSource = ({ one, One, said, folder }: RecordNames): string =>
  `/** The ${said} as its domain keeps it. */
import { documentOf } from '@morrow/contract';
import { ${One} } from '@morrow/protocol-${folder}';

export const ${one} = documentOf(${One});
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
