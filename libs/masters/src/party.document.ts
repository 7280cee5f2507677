/** The party: a person or firm one deals with, in the role of customer or supplier. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface PartyFields extends JsonObject {
  readonly code: string;
  readonly name: string;
  readonly role: string;
  readonly country: string;
  readonly segment: string | null;
}

const lifecycle = defineLifecycle({
  id: 'party',
  version: 1,
  states: ['active'],
  transitions: [
    { on: 'partyCreated', from: [], to: 'active' },
    { on: 'partyChanged', from: ['active'], to: 'active' },
  ],
});

export const party = defineDocument<PartyFields>({
  name: 'party',
  label: 'Party',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [lifecycle],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    name: { kind: 'text', label: 'Name' },
    role: { kind: 'choice', label: 'Role', choices: ['customer', 'supplier'] },
    country: { kind: 'text', label: 'Country' },
    segment: { kind: 'text', label: 'Segment', optional: true },
  },
  evolve(fields, { data }) {
    const { segment = fields?.segment ?? null, ...rest } = data;
    return { ...fields, ...rest, segment: segment === '' ? null : segment } as PartyFields;
  },
});
