/** The stock document: a receipt, issue, return or adjustment; what moved, and what it was worth at
 * its commit. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface StockDocumentFields extends JsonObject {
  /** `kind:number`, unique: the same fact is recorded once. */
  readonly code: string;
  readonly kind: string;
  readonly warehouse: string;
  readonly currency: string;
  readonly effectiveAt: string;
  readonly lines: readonly JsonObject[];
}

/** The kind that an event records. */
export const kindOfEvent = {
  goodsReceived: 'receipt',
  stockIssued: 'issue',
  goodsReturned: 'return',
  stockAdjusted: 'adjustment',
} as const;

export const stockDocument = defineDocument<StockDocumentFields>({
  name: 'stockDocument',
  label: 'Stock document',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [
    defineLifecycle({
      id: 'stockDocument',
      version: 1,
      states: ['posted'],
      transitions: [
        ...Object.keys(kindOfEvent).map((on) => ({ on, from: [], to: 'posted' })),
        { on: 'valuationCorrected', from: ['posted'], to: 'posted' },
      ],
    }),
  ],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    kind: { kind: 'choice', label: 'Kind', choices: Object.values(kindOfEvent) },
    warehouse: { kind: 'text', label: 'Warehouse' },
    currency: { kind: 'text', label: 'Currency' },
    effectiveAt: { kind: 'instant', label: 'Moved at' },
    lines: { kind: 'table', label: 'Lines' },
  },
  evolve(fields, { type, data }) {
    if (type === 'valuationCorrected') return fields as StockDocumentFields;
    const kind = kindOfEvent[type as keyof typeof kindOfEvent];
    const { number, warehouse, currency, effectiveAt } = data;
    // values may be corrected later: the movements hold them, the document holds what moved
    const lines = (data['lines'] as readonly JsonObject[]).map(({ item, quantity }) => ({
      item: item ?? null,
      quantity: quantity ?? null,
    }));
    const code = `${kind}:${String(number)}`;
    return { code, kind, warehouse, currency, effectiveAt, lines } as StockDocumentFields;
  },
});
