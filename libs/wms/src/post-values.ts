/** Posts the value of stock movements to the ledger through its protocol, not knowing where the
 * ledger lives. */
import { following, onBatch, type HandledOf } from '@morrow/contract';
import { dateOf, type CalendarDate } from '@morrow/kernel';
import { batchEntriesMax, type Ledger } from '@morrow/protocol-ledger';
import { Stock } from '@morrow/protocol-stock';

/** Role of the account that stands against the inventory, by what moved. */
const contraRole = {
  receipt: '@goodsReceived',
  issue: '@costOfGoodsSold',
  return: '@costOfGoodsSold',
  adjustment: '@stockAdjustments',
} as const;
const kindOf = {
  goodsReceived: 'receipt',
  stockIssued: 'issue',
  goodsReturned: 'return',
  stockAdjusted: 'adjustment',
} as const;
const valued = [
  'goodsReceived',
  'stockIssued',
  'goodsReturned',
  'stockAdjusted',
  'valuationCorrected',
] as const;

export interface ValueEntry {
  readonly source: string;
  readonly date: CalendarDate;
  readonly currency: string;
  readonly memo: string;
  readonly contra: string;
  /** Change of the inventory in minor units. */
  readonly value: bigint;
}

/** The entries that an event of stock asks for; none where no value changed. */
export function valueEntriesOf(
  event: HandledOf<typeof Stock, (typeof valued)[number]>,
): readonly ValueEntry[] {
  const source = `wms:${event.streamId}:${event.streamVersion}`;
  if (event.type === 'valuationCorrected') {
    const { currency, differences } = event.data;
    return differences.map(({ date, kind, value }) => ({
      source: `${source}:${date}:${kind}`,
      date: date as CalendarDate,
      currency,
      memo: `Stock revalued: ${kind}`,
      contra: contraRole[kind],
      value,
    }));
  }
  const kind = kindOf[event.type];
  const { number, currency, effectiveAt, value } = event.data;
  if (value === 0n) return [];
  const memo = `Stock ${kind} ${number}`;
  return [{ source, date: dateOf(effectiveAt), currency, memo, contra: contraRole[kind], value }];
}

interface Tools {
  readonly ledger: Ledger;
}
export const postValues = onBatch(
  Stock,
  valued,
  {
    name: 'postValues',
    summary: 'Posts the change in the value of stock to the ledger',
    kind: 'messenger',
  },
  ({ ledger }: Tools) => ({
    async handle(events, context) {
      const entries = events.flatMap(valueEntriesOf);
      for (let at = 0; at < entries.length; at += batchEntriesMax) {
        const batch = entries.slice(at, at + batchEntriesMax);
        const call = following(context, context.actor, `${context.key}:${at}`);
        await ledger.postMany(
          {
            entries: batch.map(({ source, date, currency, memo }) => ({
              source,
              date,
              currency,
              memo,
            })),
            lines: batch.flatMap(({ contra, value }, entry) => [
              { entry, account: '@inventory', amount: value },
              { entry, account: contra, amount: -value },
            ]),
          },
          call,
        );
      }
    },
  }),
);
