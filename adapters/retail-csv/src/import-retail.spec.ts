/** Batches are on their way together, but nothing is given back before it was sold. */
import { setImmediate as turn } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { batchOrdersMax } from '@morrow/protocol-orders';
import { expect, it } from 'vitest';
import { importRetail } from './import-retail.ts';
import type { RetailPorts } from './retail-run.ts';
import { fileOf, goodRow } from './retail-line.features.ts';

const roles = ['goodsReceived', 'openingEquity', 'badDebts', 'receivable'];
const chart = roles.map((role, at) => ({ code: String(at), role, isPostable: true }));
interface Numbered {
  readonly number: string;
}
const turns = async () => {
  for (let left = 50; left > 0; left--) await turn();
};

/** Ports that take everything; the first batch of orders is answered long after the second was
 * asked for, or with a failure. `told` hears of each batch in order. */
function portsWith(told: string[], answerFirst: () => void): RetailPorts {
  let secondAsked: () => void;
  const second = new Promise<void>((asked) => (secondAsked = asked));
  const taken = (documents: readonly Numbered[]) => ({
    results: documents.map(({ number }) => ({ number })),
  });
  const nothing = async () => ({ value: 0n });
  let asked = 0;
  return {
    companies: { setUp: nothing, get: async () => ({ name: 'Shop', currency: 'GBP' }) },
    warehouses: { get: async () => ({ code: 'MAIN', name: 'Main' }) },
    items: { upsertMany: nothing },
    parties: { upsertMany: nothing },
    stock: { receive: nothing, adjust: nothing },
    ledger: {
      post: nothing,
      listAccounts: async () => ({ accounts: chart }),
      periods: async () => ({ periods: [] }),
    },
    imports: {
      begin: async () => ({ importId: 'i', status: 'running' }),
      finish: nothing,
      fail: nothing,
      progress: nothing,
    },
    orders: {
      async placeMany({ orders }: { readonly orders: readonly Numbered[] }) {
        const batch = asked++;
        told.push(`orders ${batch} asked`);
        if (batch === 1) secondAsked();
        if (batch === 0) {
          await second;
          await turns();
          answerFirst();
        }
        told.push(`orders ${batch} answered`);
        return taken(orders);
      },
    },
    returns: {
      async receiveMany({ returns }: { readonly returns: readonly Numbered[] }) {
        told.push('returns asked');
        return taken(returns);
      },
    },
  } as unknown as RetailPorts;
}
const sold = Array.from({ length: batchOrdersMax + 1 }, (_, at) =>
  goodRow.replace('536365', String(1000 + at)),
);
const file = fileOf(...sold, goodRow.replace('536365', 'C2000').replace(',6,', ',-6,'));
const importWith = (told: string[], answerFirst: () => void) =>
  importRetail({
    open: () => Readable.from([file]),
    fileName: 'shop.csv',
    ports: portsWith(told, answerFirst),
    context: (key) => ({ tenant: 'main', actor: 'test', trace: '', deadlineAt: Infinity, key }),
  });

it('A cancellation waits for the sales before it, while later sales do not', async () => {
  const told: string[] = [];
  const { returns, refused } = await importWith(told, () => undefined);
  expect([returns, refused.lines]).toEqual([{ matched: 1, partMatched: 0, unmatched: 0 }, 0]);
  expect(told).toEqual([
    'orders 0 asked',
    'orders 1 asked',
    'orders 1 answered',
    'orders 0 answered',
    'returns asked',
  ]);
});

it('Where the sales before it fail, a cancellation is not sent', async () => {
  const told: string[] = [];
  const importing = importWith(told, () => {
    throw new TypeError('no such luck');
  });
  await expect(importing).rejects.toThrow('no such luck');
  await turns();
  expect(told).not.toContain('returns asked');
});
