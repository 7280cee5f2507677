/** Many tenants in one process on the embedded server: each is served, and one more is added,
 * removed and restored. 10 of them; `M_SOAK=1` makes it 200, and waits until idle ones hold
 * nothing. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { besidesMax } from '@morrow/adapter-postgres';
import { boot, type Running } from '@morrow/business/parts/boot';
import { domainsOf } from '@morrow/business/parts/server-file';
import { readSettings } from '@morrow/business/parts/settings';
import type { CallContext } from '@morrow/contract';
import { keepingOf } from '@morrow/protocol-keeping';
import { Parties } from '@morrow/protocol-parties';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';

const isSoak = process.env['M_SOAK'] === '1';
const tenantsCount = isSoak ? 200 : 10;
/** Fewer than the 60 stores of 10 tenants would hold. */
const connections = isSoak ? 65 : 20;
const names = ['main', ...Array.from({ length: tenantsCount - 1 }, (_, at) => `t${at}`)];

/** A data folder, and statements of the administrator on its PostgreSQL. */
async function ground() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-many-'));
  chmodSync(folder, 0o755);
  const directory = join(folder, 'postgres');
  const settings = { fsync: 'off', shared_buffers: '64MB' };
  const postgres = await startPostgres({ directory, noSync: true, settings });
  onTestFinished(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const { socketDirectory: host, port, user } = postgres;
  const client = new Client({ host, port, user, database: 'postgres' });
  await client.connect();
  onTestFinished(() => client.end());
  const query = async <Row>(text: string) => (await client.query(text)).rows as Row[];
  const count = async (text: string) => (await query<{ n: number }>(text))[0]?.n ?? -1;
  const env = { M_DATA: folder, PORT: '0', LOG_LEVEL: 'error', M_CONNECTIONS: String(connections) };
  const start = async () => {
    const running = await boot(readSettings(env), env);
    let stopping: Promise<void> | undefined;
    const stop = () => (stopping ??= running.stop());
    onTestFinished(stop);
    return { running, stop };
  };
  const serveAll = () => writeFileSync(join(folder, 'tenants.json'), JSON.stringify(names));
  return { query, count, start, serveAll };
}
/** Databases as a start leaves them, by copying that of the first tenant. */
async function copyTenants(query: (text: string) => Promise<unknown[]>) {
  const [row] = (await query(
    `select shobj_description(oid, 'pg_database') as mark from pg_database
     where datname = 'morrow_main'`,
  )) as { mark: string }[];
  for (const name of names.slice(1)) {
    await query(`create database morrow_${name} template morrow_main strategy file_copy`);
    await query(`comment on database morrow_${name} is '${row?.mark}'`);
    await query(`revoke connect on database morrow_${name} from public`);
    for (const domain of Object.keys(JSON.parse(row?.mark ?? '{}')))
      await query(`grant connect on database morrow_${name} to morrow_${domain}`);
  }
}
const contextOf = ({ signed }: Running, tenant: string): CallContext =>
  signed({
    tenant,
    actor: 'person:ada',
    trace: '00-1-1-01',
    deadlineAt: Date.now() + 60_000,
    key: crypto.randomUUID(),
  });
const partyOf = (code: string) => ({ code, name: code, role: 'customer' as const, country: 'GB' });

const sessions = `select count(*)::int as n from pg_stat_activity
  where usename like 'morrow\\_%' and datname like 'morrow\\_%'`;
const transactions = `select sum(xact_commit + xact_rollback)::int as n from pg_stat_database
  where datname like 'morrow\\_t%'`;

it('serves all of them with few connections', async () => {
  const { query, count, start, serveAll } = await ground();
  const first = await start();
  await first.stop();
  await copyTenants(query);
  serveAll();
  const beganAt = performance.now();
  const { running } = await start();
  const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
  const report = [`${tenantsCount} tenants: ready after ${seconds(beganAt)} s`];
  const { port } = running;
  const domains = domainsOf(running.settings.placement);
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) most = Math.max(most, await count(sessions));
  })();
  await Promise.all(
    names.map(async (name) => {
      const parties = [partyOf(`C-${name}`)];
      await port(Parties).upsertMany({ parties }, contextOf(running, name));
      const lags = domains.map((domain) =>
        port(keepingOf(domain)).lag({}, contextOf(running, name)),
      );
      expect(await Promise.all(lags)).toHaveLength(domains.length);
    }),
  );
  // events find their way in each of them
  for (const name of names)
    await expect
      .poll(
        async () => (await port(keepingOf('masters')).lag({}, contextOf(running, name))).waiting,
        {
          timeout: 60_000,
        },
      )
      .toBe(0);
  isOver = true;
  await watching;
  expect(most).toBeLessThanOrEqual(connections + besidesMax);

  const add = async (name: string) => {
    const addedAt = performance.now();
    for (const domain of domains)
      await port(keepingOf(domain)).openTenant({ name }, contextOf(running, 'main'));
    // 5 s are promised on a machine with nothing else to do
    expect(performance.now() - addedAt).toBeLessThan(30_000);
    return seconds(addedAt);
  };
  report.push(`one more added in ${await add('acme')} s`);
  await port(Parties).upsertMany({ parties: [partyOf('C-1')] }, contextOf(running, 'acme'));

  if (isSoak) {
    await expectRest(count);
    report.push(`one more beside idle ones in ${await add('late')} s`);
  }
  report.push(`${most} connections at most`);
  const { rss } = process.memoryUsage();
  console.log(`${report.join('; ')}; ${(rss / 1e6).toFixed(0)} MB of memory`);
  expect(await running.problems()).toEqual([]);
}, 900_000);

/** Idle tenants hold no session, and next to nothing is asked of their databases. */
async function expectRest(count: (text: string) => Promise<number>): Promise<void> {
  await expect.poll(() => count(sessions), { timeout: 120_000, interval: 500 }).toBe(0);
  const duringRest = async () => {
    const before = await count(transactions);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return (await count(transactions)) - before;
  };
  // PostgreSQL counts what a session did when it ends, which wakes those whom it may concern
  await expect.poll(duringRest, { timeout: 60_000, interval: 0 }).toBeLessThan(tenantsCount / 4);
}

it('removes a tenant with a copy, and restores it', async () => {
  const { start, query } = await ground();
  const { running } = await start();
  const { port, tenants } = running;
  const domains = domainsOf(running.settings.placement);
  const asMain = () => contextOf(running, 'main');
  const add = async (copy?: string) => {
    for (const domain of domains)
      await port(keepingOf(domain)).openTenant(
        { name: 'acme', ...(copy ? { copy } : {}) },
        asMain(),
      );
  };
  await add();
  const known = () => port(Parties).list({ limit: 10 }, contextOf(running, 'acme'));
  await port(Parties).upsertMany({ parties: [partyOf('C-1')] }, contextOf(running, 'acme'));
  const list = await port(keepingOf('masters')).tenants({ page: 0 }, asMain());
  expect(list.tenants).toEqual([
    { name: 'acme', since: expect.any(Date), database: 'morrow_acme', bytes: expect.any(Number) },
    { name: 'main', since: expect.any(Date), database: 'morrow_main', bytes: expect.any(Number) },
  ]);
  const copy = '20261130120000';
  const keeping = port(keepingOf('masters'));
  await expect(keeping.setTenantAside({ name: 'acme', copy }, asMain())).rejects.toMatchObject({
    code: 'tenantServed',
  });
  const stopped = [];
  for (const domain of domains)
    stopped.push(await port(keepingOf(domain)).stopTenant({ name: 'acme' }, asMain()));
  // the process follows the list of tenants, and may have stopped the other domains by itself
  expect(stopped[0]).toEqual({ wasServed: true });
  expect(tenants.all()).toEqual(['main']);
  await expect(known()).rejects.toThrow('There is no tenant acme.');
  for (const domain of domains)
    expect(await port(keepingOf(domain)).setTenantAside({ name: 'acme', copy }, asMain())).toEqual({
      database: `morrow_acme_${copy}`,
    });
  await expect(keeping.stopTenant({ name: 'main' }, asMain())).rejects.toMatchObject({
    code: 'lastTenant',
  });
  for (const name of ['Acme', 'a-b', ''])
    await expect(keeping.openTenant({ name: name || '9' }, asMain())).rejects.toMatchObject({
      code: 'badTenantName',
    });
  await expect(
    keeping.openTenant({ name: 'acme', copy: '20000101000000' }, asMain()),
  ).rejects.toMatchObject({ code: 'unknownCopy' });
  // the name is free for another one
  await add();
  expect((await known()).parties).toEqual([]);
  for (const domain of domains)
    await port(keepingOf(domain)).stopTenant({ name: 'acme' }, asMain());
  const later = '20261130130000';
  for (const domain of domains)
    await port(keepingOf(domain)).setTenantAside({ name: 'acme', copy: later }, asMain());
  await add(copy);
  expect((await known()).parties).toMatchObject([{ code: 'C-1' }]);
  const databases = await query<{ name: string }>(
    `select datname as name from pg_database where datname like 'morrow\\_acme%' order by 1`,
  );
  expect(databases.map(({ name }) => name)).toEqual(['morrow_acme', `morrow_acme_${later}`]);
}, 240_000);
