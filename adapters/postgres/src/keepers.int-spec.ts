/** The laws that upkeep checks find what somebody has changed in the tables by hand. */
import type { MovementRow } from '@morrow/engines';
import { newId, noteRow, opens, publishAll, sale, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

const key = { item: 'TEA', warehouse: 'W1' };
const received: MovementRow = {
  ...key,
  ...{ place: '2026-03-01', documentId: newId(), kind: 'receipt', cost: 2_000_000n },
  ...{ quantity: 5n, value: 10n, correction: 0n },
  ...{ onHandAfter: 5n, valueAfter: 10n, costAfter: 2_000_000n },
};
const balance = { ...key, onHand: 5n, reserved: 0n, value: 10n, lastCost: 0n, lastPlace: '' };

it.each([
  [
    'an account balance',
    `update account_balance set debit = debit + 1 where account = '1000'`,
    /1000/,
  ],
  ['a line of an entry', `update entry_line set amount = amount + 1 where account = '1000'`, /s-1/],
  ['stock on hand', 'update stock_balance set on_hand = on_hand + 1', /TEA/],
  ['a running figure', 'update stock_movement set value_after = value_after + 1', /TEA/],
  ['reserved stock', 'update stock_balance set reserved = -1', /reserved/],
  ['the version of a document', 'update note set version = 9', /note/],
  ['an event', `delete from event where document_type = 'note'`, /note/],
  ['a published number', 'update publication set first_number = 10 where first_number = 1', /\d/],
])('names the row when %s is changed by hand', async (_what, change, sentence) => {
  const { store, query } = await world();
  await store.commit(unit([opens(noteRow('N-1'))]));
  await store.commit(unit([], { entries: [sale('s-1', 5n)] }));
  await store.transact('stock', async ({ stock }) => {
    await stock.lock([key]);
    await stock.save({ balances: [balance], inserted: [received], revalued: [] });
  });
  await publishAll(store);
  expect(await store.upkeep.faults()).toEqual([]);
  await query(change);
  const faults = await store.upkeep.faults();
  expect(faults.join('\n')).toMatch(sentence);
});
