/** What a party is: a person or firm one deals with, in the role of customer or supplier. */
import { defineRecord, fields, viewOf } from '@morrow/contract';
import { type z } from 'zod';

export const Party = defineRecord({
  name: 'party',
  owner: 'masters',
  title: { one: 'Party', many: 'Parties' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    code: fields.code({ max: 32, label: 'Code', unique: true, once: true }),
    name: fields.text({ max: 120, label: 'Name', indexed: true }),
    role: fields.choice({
      of: { customer: 'Customer', supplier: 'Supplier' },
      label: 'Role',
      once: true,
      indexed: true,
    }),
    country: fields.text({ max: 60, label: 'Country', indexed: true }),
    segment: fields.text({
      max: 80,
      label: 'Segment',
      help: 'Which kind of customer it is, such as b2b: rules pick flows and prices by it.',
      optional: true,
      indexed: true,
    }),
  },
  states: { active: 'Active' },
  moves: {
    create: { on: 'partyCreated', to: 'active', takes: 'all' },
    change: { on: 'partyChanged', from: ['active'], to: 'active', takes: 'all' },
  },
});
export const PartyView = viewOf(Party);
export type Party = z.output<typeof PartyView>;

/** What people and files call a party; unique. */
export const PartyCode = Party.fields.code.schema;
export const PartyRole = Party.fields.role.schema;
export const PartySegment = Party.fields.segment.schema;
