/** Items: what is bought, kept and sold, and charges that are not goods; known by their code. */
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
import { Item, ItemCode, ItemView } from './item.record.ts';

export { Item, ItemCategory, ItemCode } from './item.record.ts';

const ItemId = ItemView.shape.itemId;

export const Items = defineProtocol({
  name: 'items',
  version: 1,
  domain: 'masters',
  summary: 'Items: goods that are bought, stored and sold, and charges',
  errors: {
    unknownItem: {
      fault: 'missing',
      data: z.object({ code: ItemCode }),
      sentence: 'There is no item {code}.',
    },
    noName: {
      fault: 'invalid',
      data: z.object({ code: ItemCode }),
      sentence: 'Item {code} has no name.',
    },
    outerSpace: {
      fault: 'invalid',
      data: z.object({ code: ItemCode }),
      sentence: 'The code “{code}” begins or ends with a space.',
    },
    givenTwice: {
      fault: 'invalid',
      data: z.object({ code: ItemCode }),
      sentence: 'Item {code} is given twice, with different details.',
    },
  },
  operations: {
    upsertMany: command({
      summary: 'Creates the items that do not exist yet and updates those that differ',
      input: z.object({ items: z.array(z.object(shapeOf(Item))).max(400) }),
      output: z.object({ created: z.int(), changed: z.int() }),
      errors: ['noName', 'givenTwice', 'outerSpace'],
    }),
    get: query({
      summary: 'One item by its code',
      input: z.object({ code: ItemCode }),
      output: ItemView,
      errors: ['unknownItem'],
    }),
    getMany: query({
      summary: 'The items that exist among the codes, in no particular order',
      input: z.object({ codes: z.array(ItemCode).max(400) }),
      output: z.object({ items: z.array(ItemView).max(400) }),
      errors: [],
    }),
    list: query({
      summary: 'Items a page at a time: in the order they were created, or in another',
      input: z.object({ after: ItemId.optional(), ...listInput }),
      output: z.object({
        items: z.array(ItemView).max(200),
        next: ItemId.optional(),
        ...listOutput,
      }),
      errors: [],
    }),
    count: countOperation('items'),
  },
  events: {
    itemCreated: { version: 1, summary: 'An item was created', data: eventDataOf(Item, 'create') },
    itemRenamed: {
      version: 1,
      summary: 'The name or category of an item changed',
      data: eventDataOf(Item, 'change'),
    },
  },
});
export type Items = PortFor<typeof Items>;
