// Names in English: plurals and back, past tenses, articles.
import { expect, it } from 'vitest';
import { isPlural, kebabCase, label, oneOf, past, plural, singular } from './words.ts';

const pairs = [
  ['project', 'projects'],
  ['delivery', 'deliveries'],
  ['day', 'days'],
  ['box', 'boxes'],
  ['batch', 'batches'],
  ['address', 'addresses'],
  ['status', 'statuses'],
  ['expense', 'expenses'],
  ['warehouse', 'warehouses'],
  ['licence', 'licences'],
  ['person', 'people'],
  ['employee', 'employees'],
  ['salesPerson', 'salesPeople'],
  ['workItem', 'workItems'],
] as const;

it.each(pairs)('one %s, many %s', (one, many) => {
  expect([plural(one), singular(many)]).toEqual([many, one]);
  expect([isPlural(one), isPlural(many)]).toEqual([false, true]);
});

it.each([
  ['close', 'closed'],
  ['ship', 'shipped'],
  ['open', 'opened'],
  ['apply', 'applied'],
  ['pay', 'paid'],
  ['send', 'sent'],
  ['approve', 'approved'],
  ['markPaid', 'markedPaid'],
  ['show', 'showed'],
])('%s, and it was %s', (verb, done) => {
  expect(past(verb)).toBe(done);
});

it('writes names as folders and as people do', () => {
  expect([kebabCase('workItem'), label('workItem')]).toEqual(['work-item', 'Work item']);
  expect(['asset', 'unit', 'upload', 'box'].map(oneOf)).toEqual([
    'an asset',
    'a unit',
    'an upload',
    'a box',
  ]);
});
