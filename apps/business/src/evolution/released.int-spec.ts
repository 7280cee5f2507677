/** Databases of every release, with books, stock and documents in each state: today's code opens
 * them, finds the same in them, and goes on. `M_RECORD=1` writes that of this release. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { testPostgres } from '@morrow/dev-services';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { boot } from '../boot.ts';
import { domains } from '../module-catalog.ts';
import { allScenarios } from '../scenarios/all-scenarios.ts';
import { World } from '../scenarios/world.ts';
import { readSettings, release } from '../settings.ts';
import { dumpSchema } from './database-dump.features.ts';

vi.setConfig({ testTimeout: 120_000 });
interface Released {
  /** SQL that makes the tenant's database. */
  readonly sql: string;
  /** What its digest is made of, and its events by name. */
  readonly lines: readonly string[];
  readonly events: Readonly<Record<string, number>>;
}
const folder = join(import.meta.dirname, 'released');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : [];
const fileOf = (version: string) => join(folder, `${version}.json.gz`);
const server = await testPostgres();
let grounds = 0;

/** A tenant of its own, whose database `prepare` may fill before the first start. */
async function opened(prepare?: (client: pg.Client) => Promise<unknown>) {
  const data = mkdtempSync(join(tmpdir(), 'morrow-released-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const tenant = `r${process.pid}x${grounds++}`;
  writeFileSync(join(data, 'tenants.json'), JSON.stringify([tenant]));
  const database = `morrow_${tenant}`;
  const connected = async (name: string) => {
    const client = new pg.Client({ ...server, database: name });
    await client.connect();
    return client;
  };
  if (prepare) {
    const admin = await connected('postgres');
    await admin.query(`create database "${database}"`);
    await admin.end();
    const client = await connected(database);
    await prepare(client).finally(() => client.end());
  }
  const host = encodeURIComponent(server.host);
  const DATABASE_URL = `postgres://${server.user}@localhost:${server.port}/?host=${host}`;
  const env = { M_DATA: data, PORT: '0', LOG_LEVEL: 'error', DATABASE_URL };
  const running = await boot(readSettings(env), {});
  onTestFinished(() => running.stop());
  const world = new World(running.port, tenant, undefined, running.signed);
  const eventsByName = async () => {
    const counts: Record<string, number> = {};
    for (const { protocol, type } of await world.events())
      counts[`${protocol}.${type}`] = (counts[`${protocol}.${type}`] ?? 0) + 1;
    return counts;
  };
  return { world, eventsByName, client: () => connected(database) };
}
async function play(world: World): Promise<void> {
  for (const [, scenario] of await allScenarios()) {
    await scenario(world);
    await world.settled();
  }
}

it.runIf(process.env['M_RECORD'])('the database of this release is recorded', async () => {
  const { world, eventsByName, client } = await opened();
  await play(world);
  const connection = await client();
  const schemas = [];
  for (const domain of domains) schemas.push(await dumpSchema(connection, domain));
  await connection.end();
  const held: Released = {
    sql: schemas.join('\n'),
    lines: await world.lines(),
    events: await eventsByName(),
  };
  writeFileSync(fileOf(release), gzipSync(JSON.stringify(held), { level: 9 }));
});

describe.each(files)('the database of %s', (file) => {
  const { sql, lines, events } = JSON.parse(
    gunzipSync(readFileSync(join(folder, file))).toString(),
  ) as Released;

  it('holds the same books, stock, states and events, and every law', async () => {
    const { world, eventsByName } = await opened((client) => client.query(sql));
    await world.settled();
    expect(await world.lines()).toEqual(lines);
    expect(await eventsByName()).toEqual(events);
    expect(await world.faults()).toEqual([]);
    for (const domain of domains)
      expect(await world.replay(domain, true)).toMatchObject({ isSwapped: true, faults: [] });
    expect(await world.lines()).toEqual(lines);
  });

  it('is seen to differ where one penny is changed', async () => {
    const stolen = 'update finance.account_balance set debit = debit + 1 where debit > 0';
    const { world } = await opened((client) => client.query(`${sql}\n${stolen}`));
    await world.settled();
    expect(await world.lines()).not.toEqual(lines);
    expect(await world.faults()).not.toEqual([]);
  });
});
