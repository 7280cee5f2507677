/** The sales return: what a customer gave back, and how much of an order has come back so far. */
import { codecOf, defineDocument } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { Return, ReturnKind, type Return as ShownReturn } from '@morrow/protocol-returns';

export interface SalesReturnFields extends JsonObject {
  readonly number: string;
  readonly customer: string;
  readonly currency: string;
  readonly warehouse: string;
  readonly receivedAt: string;
  /** Null in returns that were recorded before there were kinds. */
  readonly kind: string | null;
  /** Why prices differ from those of the sales. */
  readonly reason: string | null;
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
    kind: { kind: 'choice', label: 'Kind', choices: ReturnKind.options, optional: true },
    reason: { kind: 'text', label: 'Reason', optional: true },
    total: { kind: 'money', label: 'Total' },
    lines: { kind: 'table', label: 'Lines' },
  },
  evolve(_fields, { data }) {
    const { returnId: _, kind = null, reason = null, ...received } = data;
    return { ...received, kind, reason } as unknown as SalesReturnFields;
  },
});

export interface OrderReturnsFields extends JsonObject {
  /** Number of the order; unique, so that returns of one order are decided one after the other. */
  readonly order: string;
  /** What has come back so far, in its wire form. */
  readonly returned: readonly JsonObject[];
}

export const orderReturns = defineDocument<OrderReturnsFields>({
  name: 'orderReturns',
  label: 'Returns of an order',
  scope: 'organization',
  numberField: 'order',
  lifecycles: [
    defineLifecycle({
      id: 'orderReturns',
      version: 1,
      states: ['open'],
      transitions: [
        { on: 'orderReturned', from: [], to: 'open' },
        { on: 'orderReturned', from: ['open'], to: 'open' },
      ],
    }),
  ],
  fields: {
    order: { kind: 'text', label: 'Order', unique: true },
    returned: { kind: 'table', label: 'Returned' },
  },
  evolve: (_fields, { data }) => data as OrderReturnsFields,
});

/** A return as its protocol shows it; the row holds the wire forms. */
export const shownReturn = ({ id, state, fields }: DocumentRow): ShownReturn => {
  const held = Object.entries(fields as SalesReturnFields).filter(([, value]) => value !== null);
  return codecOf(Return).decode({ returnId: id, state, ...Object.fromEntries(held) });
};
