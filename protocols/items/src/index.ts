/** Items: what is bought, kept and sold, and charges that are not goods; known by their code. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  query,
  Text,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

export const ItemId = idSchema('item');
/** What people and files call an item; unique. */
export const ItemCode = Code(32);

/** What the amount of a line is booked as; goods alone have stock. */
export const itemCategories = [
  'goods', 'carriage', 'manual', 'discount', 'samples', 'bankCharges', 'marketplaceFee',
  'commission', 'voucher', 'packing', 'badDebt',
] as const; // prettier-ignore
export const ItemCategory = z.enum(itemCategories);
export type ItemCategory = z.output<typeof ItemCategory>;

const details = {
  code: ItemCode,
  name: Text(120),
  category: ItemCategory,
};
export const Item = z.object({ itemId: ItemId, ...details, createdAt: InstantSchema });
export type Item = z.output<typeof Item>;

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
      input: z.object({ items: z.array(z.object(details)).max(400) }),
      output: z.object({ created: z.int(), changed: z.int() }),
      errors: ['noName', 'givenTwice', 'outerSpace'],
    }),
    get: query({
      summary: 'One item by its code',
      input: z.object({ code: ItemCode }),
      output: Item,
      errors: ['unknownItem'],
    }),
    getMany: query({
      summary: 'The items that exist among the codes, in no particular order',
      input: z.object({ codes: z.array(ItemCode).max(400) }),
      output: z.object({ items: z.array(Item).max(400) }),
      errors: [],
    }),
    list: query({
      summary: 'Items in the order they were created, a page at a time',
      input: z.object({ after: ItemId.optional(), limit: z.int().min(1).max(200) }),
      output: z.object({ items: z.array(Item).max(200), next: ItemId.optional() }),
      errors: [],
    }),
  },
  events: {
    itemCreated: { version: 1, summary: 'An item was created', data: z.object(details) },
    itemRenamed: {
      version: 1,
      summary: 'The name or category of an item changed',
      data: z.object({ name: Text(120), category: ItemCategory }),
    },
  },
});
export type Items = PortFor<typeof Items>;
