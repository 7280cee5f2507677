/** The sales return: what a customer gave back. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface SalesReturnFields extends JsonObject {
  readonly number: string;
  readonly customer: string;
  readonly currency: string;
  readonly warehouse: string;
  readonly receivedAt: string;
  readonly total: string;
  readonly lines: readonly JsonObject[];
}

export const salesReturn = defineDocument<SalesReturnFields>({
  name: 'salesReturn',
  label: 'Return',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [
    defineLifecycle({
      id: 'salesReturn',
      version: 1,
      states: ['received'],
      transitions: [{ on: 'returnReceived', from: [], to: 'received' }],
    }),
  ],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    customer: { kind: 'text', label: 'Customer', indexed: true },
    currency: { kind: 'text', label: 'Currency' },
    warehouse: { kind: 'text', label: 'Warehouse' },
    receivedAt: { kind: 'instant', label: 'Received at' },
    total: { kind: 'money', label: 'Total' },
    lines: { kind: 'table', label: 'Lines' },
  },
  evolve(_fields, { data }) {
    const { returnId: _, ...received } = data;
    return received as unknown as SalesReturnFields;
  },
});
