/** The laws of documents see each mistake that they are there for. */
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineDocument, type DocumentType } from '../document/document-type.ts';
import { InstantSchema, Minor } from '../schema/index.ts';
import { checkDocument } from './document.features.ts';

interface BillFields extends JsonObject {
  readonly number: string;
  readonly total: string;
  readonly paidAt: string | null;
}
const events = {
  billSent: { version: 1, summary: 'Sent', data: z.object({ number: z.string(), total: Minor }) },
  billPaid: { version: 1, summary: 'Paid', data: z.object({ paidAt: InstantSchema }) },
};
const lifecycle = defineLifecycle({
  id: 'bill',
  version: 1,
  states: ['sent', 'paid'],
  transitions: [
    { on: 'billSent', from: [], to: 'sent' },
    { on: 'billPaid', from: ['sent'], to: 'paid' },
  ],
});
const bill = defineDocument<BillFields>({
  name: 'bill',
  label: 'Bill',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [lifecycle],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    total: { kind: 'money', label: 'Total' },
    paidAt: { kind: 'instant', label: 'Paid at', optional: true },
  },
  evolve: (fields, { data }) => ({ paidAt: null, ...fields, ...data }) as unknown as BillFields,
});
const check = (changes: Partial<DocumentType<BillFields>>) => () =>
  checkDocument({ ...bill, ...changes }, { events }, 1);

describe('the laws of documents', () => {
  it('hold for a document that is in order', () => {
    expect(check({})).not.toThrow();
  });
  it('see fields that depend on more than the events', () => {
    let calls = 0;
    const evolve: typeof bill.evolve = (fields, event) => ({
      ...bill.evolve(fields, event),
      total: `${calls++}`,
    });
    expect(check({ evolve })).toThrow();
  });
  it('see a change of the fields that were given', () => {
    const evolve: typeof bill.evolve = (fields, { data }) =>
      Object.assign(fields ?? { paidAt: null }, data) as unknown as BillFields;
    expect(check({ evolve })).toThrow(/read only|not extensible/);
  });
  it('see a field that is missing, of another kind, or not declared', () => {
    const gives = (fields: JsonObject) => check({ evolve: () => fields as BillFields });
    expect(gives({ number: 'A', total: '1' })).toThrow(/paidAt/);
    expect(gives({ number: 'A', total: 'much', paidAt: null })).toThrow(/total/);
    expect(gives({ number: 'A', total: '1', paidAt: null, note: '' })).toThrow(/note/);
  });
  it('let any JSON into a field of that kind, and nothing else', () => {
    const fields = { ...bill.fields, facts: { kind: 'json', label: 'Facts' } as const };
    const holding = (facts: unknown) =>
      check({
        fields,
        evolve: (...known) => ({ ...bill.evolve(...known), facts }) as unknown as BillFields,
      });
    for (const facts of [{ a: [1, null, { b: 'c' }] }, 'text', 0, false, []])
      expect(holding(facts)).not.toThrow();
    for (const facts of [undefined, 5n, NaN, { a: [undefined] }, null])
      expect(holding(facts)).toThrow(/facts/);
  });
  it('see an event that no protocol declares, and a number that two may have', () => {
    const transitions = [...lifecycle.transitions, { on: 'billLost', from: ['sent'], to: 'paid' }];
    expect(check({ lifecycles: [{ ...lifecycle, transitions }] })).toThrow(/no event billLost/);
    const fields = { ...bill.fields, number: { kind: 'text', label: 'Number' } as const };
    expect(check({ fields })).toThrow(/number is unique/);
  });
  it('see a state that the lifecycle does not declare', () => {
    const transitions = [{ on: 'billSent', from: [], to: 'lost' }];
    expect(check({ lifecycles: [{ ...lifecycle, transitions }] })).toThrow(/lost/);
  });
});
