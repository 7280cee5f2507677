/** The stock document: a receipt, issue, return or adjustment; what moved, and what it was worth at
 * its commit. */
import { defineRecord, documentOf, fields } from '@morrow/contract';
import { defineLifecycle, present } from '@morrow/kernel';
import { stockLinesMax, Stock, StockLine } from '@morrow/protocol-stock';

/** The kind that an event records. */
export const kindOfEvent = {
  goodsReceived: 'receipt',
  stockIssued: 'issue',
  goodsReturned: 'return',
  stockAdjusted: 'adjustment',
} as const;

const StockDocument = defineRecord({
  name: 'stockDocument',
  owner: 'wms',
  title: { one: 'Stock document', many: 'Stock documents' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    /** `kind:number`: the same fact is recorded once. */
    code: fields.code({ max: 60, label: 'Code', unique: true, once: true }),
    kind: fields.choice({
      label: 'Kind',
      of: { receipt: 'Receipt', issue: 'Issue', return: 'Return', adjustment: 'Adjustment' },
    }),
    warehouse: fields.code({ max: 16, label: 'Warehouse' }),
    currency: fields.code({ max: 3, label: 'Currency' }),
    effectiveAt: fields.instant({ label: 'Moved at' }),
    lines: fields.table({ of: StockLine, max: stockLinesMax, label: 'Lines' }),
  },
  states: { posted: 'Posted' },
});

export const stockDocument = documentOf(StockDocument, {
  events: Stock,
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
  evolve(held, { type, data }) {
    switch (type) {
      case 'goodsReceived':
      case 'stockIssued':
      case 'goodsReturned':
      case 'stockAdjusted': {
        const kind = kindOfEvent[type];
        const { number, warehouse, currency, effectiveAt } = data;
        // values may be corrected later: the movements hold them, the document holds what moved
        const lines = data.lines.map(({ item, quantity }) => ({ item, quantity }));
        return { code: `${kind}:${number}`, kind, warehouse, currency, effectiveAt, lines };
      }
      default:
        return present(held, `${type} begins no stock document`);
    }
  },
});
