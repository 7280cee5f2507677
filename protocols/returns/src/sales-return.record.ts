/** What a return is: goods and charges that a customer gave back. */
import { defineRecord, fields, MicroSchema, QuantitySchema } from '@morrow/contract';
import { Company } from '@morrow/protocol-companies';
import { ItemCategory, ItemCode } from '@morrow/protocol-items';
import { SalesOrder } from '@morrow/protocol-orders';
import { z } from 'zod';

export const returnLinesMax = 1200;

/** Quantity given back, above zero; `order` is the sale that it belongs to. The price is the one of
 * that sale, unless the return gives a reason. */
export const AskedReturnLine = z.object({
  item: ItemCode,
  quantity: QuantitySchema,
  price: MicroSchema,
  order: SalesOrder.fields.number.schema.optional(),
});
export const ReturnLine = AskedReturnLine.extend({ category: ItemCategory });

export const SalesReturn = defineRecord({
  name: 'salesReturn',
  owner: 'orders',
  title: { one: 'Return', many: 'Returns' },
  known: { by: 'number' },
  scope: 'organization',
  fields: {
    number: fields.code({ max: 32, label: 'Number', unique: true, once: true }),
    customer: SalesOrder.fields.customer,
    currency: Company.fields.currency,
    warehouse: SalesOrder.fields.warehouse,
    receivedAt: fields.instant({ label: 'Received at' }),
    /** Null in returns that were recorded before there were kinds. */
    kind: fields.choice({
      label: 'Kind',
      help:
        'Of orders: each line names the order that it was sold by. Without order: a line may ' +
        'name none, for what was sold elsewhere or before there were records. Lines that name an ' +
        'order are checked against it in both.',
      of: { ofOrders: 'Of orders', withoutOrder: 'Without order' },
      optional: true,
    }),
    reason: fields.text({
      max: 50,
      label: 'Reason',
      help: 'Why prices differ from those that the goods were sold at; absent: they do not.',
      optional: true,
    }),
    total: fields.money({ label: 'Total' }),
    lines: fields.table({ of: ReturnLine, max: returnLinesMax, label: 'Lines' }),
  },
  states: { received: 'Received' },
  moves: { receive: { on: 'returnReceived', to: 'received', takes: 'all' } },
});

/** What has come back of one line of an order, named by its position. */
export const ReturnedSoFar = z.object({ line: z.int().min(0), quantity: QuantitySchema });
export type ReturnedSoFar = z.output<typeof ReturnedSoFar>;
