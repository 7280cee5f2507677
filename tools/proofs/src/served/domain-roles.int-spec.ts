/** The role of each domain reads no other domain's schema and connects to no other database. */
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { openPostgresStores, type PostgresStores } from '@morrow/adapter-postgres';
import { databaseOf } from '@morrow/business/parts/database-server';
import { allDomains, loadManifests } from '@morrow/business/parts/module-catalog';
import { readPlacement } from '@morrow/business/parts/settings';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const tenant = 'main';
/** Holds nothing of ours: PostgreSQL makes it for connections that name no database. */
const maintenance = ['postgres', 'template1'];

interface Standing {
  readonly domain: string;
  readonly role: string;
  readonly schema: string;
  readonly database: string;
  readonly stores: PostgresStores;
}

describe.each(['indie', 'enterprise'] as const)('the role of each domain, %s', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-roles-'));
  chmodSync(folder, 0o755);
  const standing: Standing[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  let asAdmin: (database: string, text: string) => Promise<readonly Record<string, string>[]>;
  let mayConnect: (role: string, database: string) => Promise<boolean>;

  beforeAll(async () => {
    const directory = join(folder, 'postgres');
    const settings = { fsync: 'off', shared_buffers: '64MB' };
    const postgres = await startPostgres({ directory, noSync: true, settings });
    closers.push(() => postgres.stop());
    const { socketDirectory: host, port, user } = postgres;
    const ask = async (as: string, database: string, text: string) => {
      const client = new Client({ host, port, user: as, database });
      await client.connect();
      return client.query(text).finally(() => client.end());
    };
    asAdmin = async (database, text) => (await ask(user, database, text)).rows;
    mayConnect = (role, database) =>
      ask(`${role}_login`, database, 'select 1').then(
        () => true,
        (error: Error) => {
          if (/permission denied for database/.test(error.message)) return false;
          throw error;
        },
      );
    const placement = readPlacement(mode);
    for (const manifest of await loadManifests(allDomains, placement)) {
      const { name: domain } = manifest;
      const stores = await openPostgresStores({
        server: { host, port, user },
        domain: manifest,
        tenants: [tenant],
        databaseOf: databaseOf({ placement }, domain),
      });
      closers.push(() => stores.close());
      const text = `select current_user as role, current_schema() as schema,
        current_database() as database`;
      const [found] = await stores
        .sourceOf(tenant)
        .query<Omit<Standing, 'domain' | 'stores'>[]>(text);
      if (!found) throw new TypeError('A connection knows who it is');
      standing.push({ domain, stores, ...found });
      await asAdmin('postgres', `create role ${found.role}_login login in role ${found.role}`);
      const map = `morrow "${userInfo().username}" "${found.role}_login"\n`;
      appendFileSync(join(postgres.directory, 'pg_ident.conf'), map);
    }
    await asAdmin('postgres', 'select pg_reload_conf()');
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Tables of other schemas that the connection of a domain reads. */
  async function readsOf({ database, schema, stores }: Standing): Promise<readonly string[]> {
    const tables = await asAdmin(
      database,
      `select format('%I.%I', nspname, relname) as name, nspname as schema
       from pg_class join pg_namespace n on n.oid = relnamespace
       where relkind in ('r', 'p', 'v', 'm', 'S') and nspname <> 'information_schema'
         and nspname not like 'pg\\_%'`,
    );
    expect(tables.some((table) => table['schema'] === schema)).toBe(true);
    const reads: string[] = [];
    for (const { name = '', schema: other } of tables) {
      const reading = stores.sourceOf(tenant).query(`select * from ${name} limit 1`);
      const isRead = await reading.then(
        () => true,
        (error: Error) => {
          if (/permission denied for (schema|table|sequence)/.test(error.message)) return false;
          throw error;
        },
      );
      if (isRead && other !== schema) reads.push(name);
    }
    return reads;
  }
  /** Databases beside its own that a login of the role enters; its own must let it in. */
  async function entersOf({ role, database }: Standing): Promise<readonly string[]> {
    expect(await mayConnect(role, database)).toBe(true);
    const all = await asAdmin('postgres', 'select datname as name from pg_database');
    const enters: string[] = [];
    for (const { name = '' } of all.filter((each) => !maintenance.includes(each['name'] ?? '')))
      if (name !== database && name !== 'template0' && (await mayConnect(role, name)))
        enters.push(name);
    return enters;
  }
  const reachOf = async (one: Standing) => [...(await readsOf(one)), ...(await entersOf(one))];
  const one = (at: number) => {
    const found = standing[at];
    if (!found) throw new TypeError('There are two domains or more');
    return found;
  };

  it('reads no table of another domain, and enters no other database', async () => {
    expect(standing.map(({ domain }) => domain)).toEqual(allDomains);
    const databases = new Set(standing.map(({ database }) => database));
    expect(databases.size).toBe(mode === 'indie' ? 1 : allDomains.length);
    const reach = await Promise.all(
      standing.map(async (each) => [each.domain, await reachOf(each)]),
    );
    expect(reach).toEqual(allDomains.map((domain) => [domain, []]));
  });

  it('is seen to reach what is granted to it', async () => {
    const [{ role }, { schema, database }] = [one(0), one(1)];
    const objects = { indie: `schema ${schema}`, enterprise: `database ${database}` };
    const right = mode === 'indie' ? 'usage' : 'connect';
    await asAdmin(database, `grant ${right} on ${objects[mode]} to ${role}`);
    await asAdmin(database, `grant select on ${schema}.event to ${role}`);
    expect(await reachOf(one(0))).toEqual([mode === 'indie' ? `${schema}.event` : database]);
    await asAdmin(database, `revoke ${right} on ${objects[mode]} from ${role}`);
    expect(await reachOf(one(0))).toEqual([]);
  });
});
