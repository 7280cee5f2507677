/** Prepares the ground of an import: company, warehouse, items, customers, and
 * stock to sell from. */
import { isProtocolError } from '@morrow/contract';
import { dateOf } from '@morrow/kernel';
import { batchOrdersMax } from '@morrow/protocol-orders';
import { decided } from './attempts.ts';
import type { Run } from './retail-run.ts';
import { categoryOf } from './classify.ts';
import { currency, walkIn, warehouse } from './retail-batch.ts';
import { steady } from './steady.ts';
import { unitCost, type Survey } from './survey.ts';

const million = 1_000_000n;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const startOfDay = (at: Date): number => Math.floor(at.getTime() / dayMs) * dayMs;

/** Slices of at most so many. */
function* slices<T>(all: readonly T[], size: number): Iterable<readonly [number, readonly T[]]> {
  for (let at = 0; at < all.length; at += size) yield [at / size, all.slice(at, at + size)];
}
/** At most so many code points: a name is not cut within a letter. */
const cut = (text: string, fallback: string, codePointsMax: number) =>
  [...text].slice(0, codePointsMax).join('') || fallback;

async function isOpen({ ports, asking }: Run): Promise<boolean> {
  try {
    await steady(() => ports.warehouses.get({ code: warehouse }, asking()));
    return true;
  } catch (error) {
    if (isProtocolError(error) && error.code === 'unknownWarehouse') return false;
    throw error;
  }
}

/** `isSetUp`: there is a company already, which keeps its name. */
export async function prepare(
  run: Run,
  survey: Survey,
  share: bigint,
  isSetUp: boolean,
): Promise<void> {
  const { companies, warehouses, items, parties } = run.ports;
  if (!isSetUp)
    await decided(run, 'company', (context) =>
      companies.setUp({ name: 'Online Retail', currency }, context),
    );
  if (!(await isOpen(run)))
    await decided(run, 'warehouse', (context) =>
      warehouses.open({ code: warehouse, name: 'Main' }, context),
    );
  const allItems = [...survey.items].map(([code, { description }]) => ({
    code,
    name: cut(description, code, 120),
    category: categoryOf(code),
  }));
  for (const [n, slice] of slices(allItems, 2 * batchOrdersMax))
    await decided(run, `items:${n}`, (context) => items.upsertMany({ items: [...slice] }, context));
  const allParties = [
    { code: walkIn, name: 'Walk-in customer', role: 'customer' as const, country: 'Unspecified' },
    ...[...survey.customers].map(([code, country]) => ({
      code,
      name: `Customer ${code}`,
      role: 'customer' as const,
      country: cut(country, 'Unspecified', 60),
    })),
  ];
  for (const [n, slice] of slices(allParties, batchOrdersMax))
    await decided(run, `parties:${n}`, (context) =>
      parties.upsertMany({ parties: [...slice] }, context),
    );
  await openStock(run, survey, share);
}

async function openStock(run: Run, survey: Survey, share: bigint): Promise<void> {
  const { ports, tally } = run;
  const first = survey.firstAt;
  if (!first) return;
  // of the file's own first day: what came before may be closed
  const effectiveAt = new Date(Math.max(startOfDay(first), first.getTime() - minuteMs));
  // files do not overlap, so no two of them begin at one moment
  const name = `OPEN-${first.toISOString().slice(0, 19).replace(/[-:]/g, '')}`;
  let value = 0n;
  for (const [n, slice] of slices(survey.openings(), 1000)) {
    const lines = slice.map(({ code, quantity }) => ({
      item: code,
      quantity: (quantity * million) as never,
      cost: unitCost(survey.items.get(code)?.prices ?? new Map(), share),
    }));
    const header = { number: `${name}-${n + 1}`, warehouse, currency, effectiveAt };
    const received = await decided(run, `opening:${n}`, (context) =>
      ports.stock.receive({ ...header, lines }, context),
    );
    value += received.value;
    tally.open(received.value);
  }
  if (value === 0n) return;
  const entry = {
    source: `retail:opening stock:${name}`,
    date: dateOf(effectiveAt),
    currency,
    memo: 'Opening stock',
    lines: [
      { account: '@goodsReceived', amount: value },
      { account: '@openingEquity', amount: -value },
    ],
  };
  await decided(run, 'opening:entry', (context) => ports.ledger.post(entry, context));
}
