/** Laws of the documents of masters, and the ways that an import takes. */
import { documentSuite } from '@morrow/contract/suite';
import { eventOf, NotInState, transitionOf, type NewEvent } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Parties } from '@morrow/protocol-parties';
import { describe, expect, it } from 'vitest';
import { company, companyRules } from './company.document.ts';
import { importRun } from './import-run.document.ts';
import { item } from './item.document.ts';
import { party } from './party.document.ts';

documentSuite(company, Companies.spec);
documentSuite(companyRules, Companies.spec);
documentSuite(importRun, Imports.spec);
documentSuite(item, Items.spec);
documentSuite(party, Parties.spec);

const id = '01900000-0000-7000-8000-000000000001';
const begun = eventOf(Imports, 'importBegun', { kind: 'retail', file: 'a.csv', fingerprint: 'f1' });
const failed = eventOf(Imports, 'importFailed', { sentence: 'The disk is full' });
const finished = eventOf(Imports, 'importFinished', {
  reconciliation: {
    lines: 1,
    amount: '2.55',
    posted: { lines: 1, amount: '2.55' },
    refused: { lines: 0, amount: '0' },
    reasons: [],
    parts: [],
  },
});
const run = (...events: readonly NewEvent[]) => transitionOf(importRun, undefined, id, events).row;

describe('an import', () => {
  it('keeps its file and what it reconciled to', () => {
    expect(run(begun, finished)).toMatchObject({
      version: 2,
      state: 'finished',
      fields: { file: 'a.csv', sentence: '', outcome: [{ lines: 1, amount: '2.55' }] },
    });
  });
  it('says why it failed until it begins again', () => {
    expect(run(begun, failed).fields).toMatchObject({ sentence: 'The disk is full', outcome: [] });
    const again = run(begun, failed, begun);
    expect(again).toMatchObject({ state: 'running', fields: { sentence: '', outcome: [] } });
  });
  it('ends once', () => {
    expect(() => run(begun, finished, failed)).toThrow(NotInState);
    expect(() => run(begun, finished, begun)).toThrow('finished does not allow importBegun');
  });
});

describe('an item', () => {
  it('keeps its code where its name and category change', () => {
    const created = eventOf(Items, 'itemCreated', { code: 'A1', name: 'Mug', category: 'goods' });
    const renamed = eventOf(Items, 'itemRenamed', { name: 'Large mug', category: 'samples' });
    const { row } = transitionOf(item, undefined, id, [created, renamed]);
    expect(row.fields).toEqual({ code: 'A1', name: 'Large mug', category: 'samples' });
  });
});
