/** Parties: the people and firms one deals with; a customer is a party in that role. */
import {
  command,
  countOperation,
  defineProtocol,
  eventDataOf,
  listInput,
  listOutput,
  query,
  shapeOf,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';
import { Party, PartyCode, PartyRole, PartyView } from './party.record.ts';

export { Party, PartyCode, PartySegment } from './party.record.ts';

const PartyId = PartyView.shape.partyId;
/** What events of version 1 carried. */
const first = shapeOf(Party, ['code', 'name', 'role', 'country']);
const renamed = shapeOf(Party, ['name', 'country']);

export const Parties = defineProtocol({
  name: 'parties',
  version: 1,
  domain: 'masters',
  summary: 'Customers, suppliers and other parties',
  errors: {
    unknownParty: {
      fault: 'missing',
      data: z.object({ code: PartyCode }),
      sentence: 'There is no party {code}.',
    },
    noName: {
      fault: 'invalid',
      data: z.object({ code: PartyCode }),
      sentence: 'Party {code} has no name.',
    },
    outerSpace: {
      fault: 'invalid',
      data: z.object({ code: PartyCode }),
      sentence: 'The code “{code}” begins or ends with a space.',
    },
    givenTwice: {
      fault: 'invalid',
      data: z.object({ code: PartyCode }),
      sentence: 'Party {code} is given twice, with different details.',
    },
    roleFixed: {
      fault: 'conflict',
      data: z.object({ code: PartyCode, role: PartyRole }),
      sentence: 'Party {code} is already a {role}; its role cannot change.',
    },
  },
  operations: {
    upsertMany: command({
      summary: 'Creates the parties that do not exist yet and updates those that differ',
      input: z.object({ parties: z.array(z.object(shapeOf(Party))).max(250) }),
      output: z.object({ created: z.int(), changed: z.int() }),
      errors: ['noName', 'givenTwice', 'outerSpace', 'roleFixed'],
    }),
    get: query({
      summary: 'One party by its code',
      input: z.object({ code: PartyCode }),
      output: PartyView,
      errors: ['unknownParty'],
      workflow: true,
    }),
    getMany: query({
      summary: 'The parties that exist among the codes, in no particular order',
      input: z.object({ codes: z.array(PartyCode).max(200) }),
      output: z.object({ parties: z.array(PartyView).max(200) }),
      errors: [],
      workflow: true,
    }),
    list: query({
      summary: 'Parties a page at a time: in the order they were created, or in another',
      input: z.object({ after: PartyId.optional(), ...listInput }),
      output: z.object({
        parties: z.array(PartyView).max(200),
        next: PartyId.optional(),
        ...listOutput,
      }),
      errors: [],
    }),
    count: countOperation('parties'),
  },
  events: {
    partyCreated: {
      version: 2,
      summary: 'A party was created',
      data: eventDataOf(Party, 'create'),
      earlier: [{ version: 1, data: z.object(first), upcast: (data) => data }],
    },
    partyChanged: {
      version: 2,
      summary: 'Name, country or segment of a party changed',
      data: eventDataOf(Party, 'change'),
      earlier: [{ version: 1, data: z.object(renamed), upcast: (data) => data }],
    },
  },
});
export type Parties = PortFor<typeof Parties>;
