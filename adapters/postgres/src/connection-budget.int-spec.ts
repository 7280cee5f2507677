/** Many tenants share few connections: each caller gets one in its turn or is told, nobody waits
 * for ever, and nobody keeps what it does not use. */
import { isProtocolError } from '@morrow/contract';
import { freshDatabase } from '@morrow/dev-services';
import { books, closes, noteRow, opens, publishAll, unit } from '@morrow/engines/suite';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionBudget } from './connection-budget.ts';
import { newSharedGround, openPostgresStores } from './postgres-stores.ts';
import { Turns } from './turns.ts';

const tenants = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Stores of several tenants with a budget for all of them. */
async function manyTenants(budget: ConnectionBudget) {
  const { drop, database, ...server } = await freshDatabase('budget');
  const client = new Client({ ...server, database: 'postgres' });
  await client.connect();
  const databaseOf = (tenant: string) => `${database}_${tenant}`;
  onTestFinished(async () => {
    for (const tenant of tenants)
      await client.query(`drop database if exists "${databaseOf(tenant)}" with (force)`);
    await client.end();
    await drop();
  });
  const shared = { ...newSharedGround(1), budget };
  const domain = { ...books, keeps: [] };
  const stores = await openPostgresStores({ server, domain, tenants, databaseOf, shared });
  onTestFinished(async () => {
    await stores.close();
    await shared.watch?.stop();
  });
  const sessions = async () => {
    const text = `select count(*)::int as n from pg_stat_activity
      where usename = 'morrow_books' and datname like $1`;
    return (await client.query<{ n: number }>(text, [`${database}\\_%`])).rows[0]?.n ?? -1;
  };
  return { stores, sessions };
}

describe.each([1, 2, 5])('a budget of %i connections for six tenants', (max) => {
  it('serves all of them, never by more connections', async () => {
    const budget = new ConnectionBudget({ max });
    const { stores, sessions } = await manyTenants(budget);
    let most = 0;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) most = Math.max(most, await sessions());
    })();
    const busy = async (tenant: string, at: number) => {
      const store = stores.of(tenant);
      const row = noteRow(`${tenant}-${at}`);
      await store.commit(unit([opens(row)]));
      await store.transact('test', async (session) => {
        const [locked] = await session.lockMany('note', [row.id]);
        if (locked) await session.write(unit([closes(locked)]));
      });
      expect(await store.findBy('note', 'number', [`${tenant}-${at}`])).toHaveLength(1);
    };
    await Promise.all(
      tenants.flatMap((tenant) => Array.from({ length: 10 }, (_, at) => busy(tenant, at))),
    );
    for (const tenant of tenants) {
      expect(await publishAll(stores.of(tenant))).toHaveLength(30);
      expect(await stores.of(tenant).upkeep.faults()).toEqual([]);
    }
    isOver = true;
    await watching;
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(max);
    expect(budget.open).toBeLessThanOrEqual(max);
  });
});

it('closes what nobody uses', async () => {
  const { stores, sessions } = await manyTenants(new ConnectionBudget({ max: 10, idleMs: 50 }));
  await Promise.all(tenants.map((tenant) => stores.of(tenant).count('note')));
  await expect.poll(sessions, { timeout: 10_000 }).toBe(0);
  expect(await stores.of('c').count('note')).toBe(0);
});

it('tells a caller in time that all are in use, and serves the next one', async () => {
  const { stores } = await manyTenants(new ConnectionBudget({ max: 1, waitMs: 3000 }));
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  let isHeld = (): void => undefined;
  const holding = new Promise<void>((resolve) => (isHeld = resolve));
  const transaction = stores.of('a').transact('test', () => (isHeld(), held));
  await holding;
  const refused = await stores
    .of('b')
    .count('note')
    .catch((error: unknown) => error);
  expect(isProtocolError(refused) && [refused.fault, refused.message]).toEqual([
    'exhausted',
    'All 1 database connections of this process are in use; try again.',
  ]);
  // also one that would need a second connection while it holds the first: never a hang
  const nested = stores.of('c').transact('test', () => stores.of('c').count('note'));
  end();
  await transaction;
  expect(await nested.catch((error: { fault?: string }) => error.fault)).toBe('exhausted');
  expect(await stores.of('b').count('note')).toBe(0);
});

it('serves a tenant that asks once beside one that never stops asking', async () => {
  const { stores } = await manyTenants(new ConnectionBudget({ max: 1 }));
  let isOver = false;
  const greedy = Array.from({ length: 8 }, async () => {
    while (!isOver) await stores.of('a').count('note');
  });
  for (const tenant of ['b', 'c', 'd']) expect(await stores.of(tenant).count('note')).toBe(0);
  isOver = true;
  await Promise.all(greedy);
});

it('goes on after its connections were ended, without losing count of them', async () => {
  const budget = new ConnectionBudget({ max: 3 });
  const { stores, sessions } = await manyTenants(budget);
  await Promise.all(tenants.map((tenant) => stores.of(tenant).count('note')));
  await stores.of('f').transact('test', (session) => session.count('note').then(() => undefined));
  const ended = stores
    .sourceOf('f')
    .query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user`);
  await ended.catch(() => undefined);
  await expect.poll(() => budget.open).toBeLessThanOrEqual(1);
  for (const tenant of tenants)
    await expect
      .poll(
        () =>
          stores
            .of(tenant)
            .count('note')
            .catch(() => -1),
        { timeout: 10_000 },
      )
      .toBe(0);
  expect(await sessions()).toBeLessThanOrEqual(3);
  await stores.close();
  expect(budget.open).toBe(0);
});

it('takes turns in order, several at once only where so many are free', async () => {
  const turns = new Turns(3);
  const order: string[] = [];
  const first = await turns.take(2);
  const wide = turns.take(2).then((back) => (order.push('wide'), back));
  const narrow = turns.take(1).then((back) => (order.push('narrow'), back));
  expect(turns.tryTake(1)).toBeUndefined();
  first();
  first();
  const backs = await Promise.all([wide, narrow]);
  expect(order).toEqual(['wide', 'narrow']);
  expect(turns.tryTake(1)).toBeUndefined();
  for (const back of backs) back();
  expect(turns.tryTake(3)).toEqual(expect.any(Function));
});
