/** What the stores do while PostgreSQL is killed and comes back: nothing stored is lost, nothing
 * twice. */
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { isProtocolError } from '@morrow/contract';
import { books, noteRow, opens, publishAll, receiptOf, unit } from '@morrow/engines/suite';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresStores } from './postgres-stores.ts';
import { tenant } from './store-world.ts';

const faultOf = (error: unknown) => (isProtocolError(error) ? error.fault : error);

it('goes on after PostgreSQL was killed, and knows of each unit if it was stored', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-reconnect-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({
    directory: join(folder, 'data'),
    noSync: true,
    settings: { shared_buffers: '16MB' },
    report: () => undefined,
  });
  onTestFinished(() => postgres.stop());
  const { socketDirectory: host, port, user } = postgres;
  const stores = await openPostgresStores({
    server: { host, port, user },
    domain: books,
    tenants: [tenant],
    databaseOf: () => 'reconnect',
  });
  onTestFinished(() => stores.close());
  const store = stores.of(tenant);
  const back = new Promise<void>((resolve) => void postgres.onRestart(() => resolve()));
  const told = new Map<string, boolean>();
  let isKilled = false;
  const writer = async (name: string) => {
    for (let at = 0; at < 400 && !(isKilled && at > 200); at++) {
      const number = `${name}-${at}`;
      const one = unit([opens(noteRow(number))], { receipt: receiptOf(number) });
      told.set(number, await store.commit(one).then(() => true, () => false)); // prettier-ignore
      if (at === 100 && name === 'w0') {
        process.kill(postgres.pid, 'SIGKILL');
        isKilled = true;
      }
    }
  };
  // whoever reads meanwhile waits, or is told that the database is away: never of a defect
  const faults = new Set<unknown>();
  const reader = async () => {
    while (!isBack) {
      await store.count('note').catch((error: unknown) => faults.add(faultOf(error)));
      await store
        .transact('reading', (session) => session.count('note'))
        .catch((error: unknown) => faults.add(faultOf(error)));
    }
  };
  let isBack = false;
  void back.then(() => (isBack = true));
  await Promise.all([...['w0', 'w1', 'w2', 'w3'].map(writer), reader()]);
  expect([...faults].filter((fault) => fault !== 'unavailable' && fault !== 'timeout')).toEqual([]);
  await back;
  await expect.poll(() => store.count('note').catch(() => -1)).toBeGreaterThan(0);
  await store.commit(unit([opens(noteRow('after'))]));
  for (const [number, wasStored] of told) {
    const receipt = await store.findReceipt(number);
    const rows = await store.findBy('note', 'number', [number]);
    expect([number, rows.length]).toEqual([number, receipt ? 1 : 0]);
    if (wasStored) expect(receipt?.key).toBe(number);
  }
  await publishAll(store);
  expect(await store.upkeep.faults()).toEqual([]);
}, 120_000);
