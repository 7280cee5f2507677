/** What an item is: bought, kept and sold, or a charge that is no goods. */
import { defineRecord, fields, viewOf } from '@morrow/contract';
import { type z } from 'zod';

export const Item = defineRecord({
  name: 'item',
  owner: 'masters',
  title: { one: 'Item', many: 'Items' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    code: fields.code({ max: 32, label: 'Code', unique: true, once: true }),
    name: fields.text({ max: 120, label: 'Name', indexed: true }),
    category: fields.choice({
      label: 'Category',
      indexed: true,
      help: 'What the amount of a line is booked as; goods alone have stock.',
      of: {
        goods: 'Goods',
        carriage: 'Carriage',
        manual: 'Manual',
        discount: 'Discount',
        samples: 'Samples',
        bankCharges: 'Bank charges',
        marketplaceFee: 'Marketplace fee',
        commission: 'Commission',
        voucher: 'Voucher',
        packing: 'Packing',
        badDebt: 'Bad debt',
      },
    }),
  },
  states: { active: 'Active' },
  moves: {
    create: { on: 'itemCreated', to: 'active', takes: 'all' },
    change: { on: 'itemRenamed', from: ['active'], to: 'active', takes: 'all' },
  },
});
export const ItemView = viewOf(Item);
export type Item = z.output<typeof ItemView>;

/** What people and files call an item; unique. */
export const ItemCode = Item.fields.code.schema;
export const ItemCategory = Item.fields.category.schema;
export type ItemCategory = z.output<typeof ItemCategory>;
