/** Postings through finance's own operations, bound locally, with receipts and the
 * relay running. */
import { LocalBus, newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import { bindLocal, type PortOf, type ProtocolSpec } from '@morrow/contract';
import { loadManifests, readPlacement } from '@morrow/business';
import { enginesOf } from '@morrow/document-keeper';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import type { CalendarDate } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import { baseServer, serveVariants } from '../subject.ts';
import { callContext } from './priced.ts';

/** Accounts that spread postings fall on: half as debit, half as credit. */
const accountsCount = 300;
const date = '2026-03-02' as CalendarDate;
const [manifest] = await loadManifests(['finance'], readPlacement('indie'));
if (!manifest) throw new Error('There is no finance');
const stores = await openPostgresStores({
  server: baseServer,
  domain: manifest,
  tenants: ['main'],
  databaseOf: () => `bench_posting_${process.pid}`,
});
const company = { get: async () => ({ name: 'Bench', currency: 'GBP' }) };
const owner = `bench-${process.pid}`;
const parts = manifest.start({
  engines: enginesOf(stores),
  clock: systemClock,
  ids: systemIds,
  port: () => company as unknown as PortOf<ProtocolSpec> as never,
  present: [],
  extended: (type) => type,
  rules: () => [],
  signed: (context) => context,
  newPulse,
  owner,
  onProblem: (sentence, cause) => console.error(sentence, cause),
});
const keeper = new EventKeeper({
  domain: 'finance',
  handlers: [],
  stores,
  bus: new LocalBus(),
  clock: systemClock,
  newPulse,
  owner,
  sourceOf: (tenant) => ownEvents(stores.of(tenant)),
  onProblem: (sentence, cause) => process.stderr.write(`${sentence}: ${String(cause)}\n`),
});
keeper.start();
const implemented = parts.implementations.find(({ protocol }) => protocol.spec.name === 'ledger');
const ledger = bindLocal(Ledger, implemented?.port as unknown as Ledger, {
  hasTenant: () => true,
  receipts: {
    find: (tenant, key) => stores.of(tenant).findReceipt(key),
    keep: (tenant, receipt) => stores.of(tenant).keepReceipt(receipt),
  },
});
const codeOf = (at: number) => `9${String(at).padStart(4, '0')}`;
for (let at = 0; at < accountsCount; at++)
  await ledger.openAccount(
    { code: codeOf(at), name: `Account ${at}`, kind: 'asset', isPostable: true },
    callContext(systemIds.next()),
  );

const half = accountsCount / 2;
const post = (debit: number, credit: number) => {
  const source = systemIds.next();
  const lines = [
    { account: codeOf(debit), amount: 100n },
    { account: codeOf(credit), amount: -100n },
  ];
  const entry = { source, date, currency: 'GBP', memo: 'sale', lines };
  return ledger.post(entry, callContext(source));
};
const any = () => Math.floor(Math.random() * half);
const variants = [
  { name: 'spread', concurrencies: [1, 8, 32], fn: () => post(any(), half + any()) },
  { name: 'hot', concurrencies: [32], fn: () => post(0, half) },
];
const only = process.env['M_BENCH_VARIANT'];
await serveVariants(
  variants.filter(({ name }) => !only || name === only),
  async () => {
    await keeper.stop();
    await stores.close();
  },
);
