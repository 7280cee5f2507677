/** The sessions of a running process are those of the domain's role, and of nobody else. */
import { books, noteRow, opens, unit } from '@morrow/engines/suite';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openSession } from './domain-session.ts';
import { createDatabase } from './migrate.ts';
import { openPostgresStores } from './postgres-stores.ts';
import { tenant, world } from './store-world.ts';

it('cannot become anybody else, whatever it runs', async () => {
  const { stores } = await world();
  const source = stores.sourceOf(tenant);
  const whoami = `select session_user::text as session, current_user::text as now,
    current_setting('is_superuser') as super`;
  const books = [{ session: 'morrow_books', now: 'morrow_books', super: 'off' }];
  expect(await source.query(whoami)).toEqual(books);
  const runner = source.createQueryRunner();
  onTestFinished(() => runner.release());
  for (const escape of [
    'set role none',
    'reset role',
    'reset all',
    'reset session authorization',
  ]) {
    await runner.query(escape);
    expect(await runner.query(whoami)).toEqual(books);
  }
  for (const escape of [
    'set role morrow',
    'set session authorization morrow',
    'set session authorization postgres',
    'alter role morrow_books superuser',
    'create role friend superuser',
    'create database loot',
    `select pg_read_file('postgresql.conf')`,
    `copy (select 1) to program 'true'`,
    'create table books.mine (id int)',
    'alter table note add column mine int',
    'drop function take_events(text, text, bigint[])',
    'comment on schema books is null',
  ])
    await expect(source.query(escape)).rejects.toThrow(
      /permission denied|must be (owner|superuser)|does not exist|only roles with/i,
    );
});

/** A server that asks for passwords, with an administrator who is no superuser. */
async function askingServer() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  chmodSync(folder, 0o755);
  const settings = { shared_buffers: '16MB' };
  const postgres = await startPostgres({
    directory: join(folder, 'data'),
    noSync: true,
    settings,
    report: () => undefined,
  });
  onTestFinished(() => postgres.stop());
  const { socketDirectory, port, user } = postgres;
  const rules = `local all ${user} peer map=morrow\nlocal all all scram-sha-256\n`;
  writeFileSync(join(postgres.directory, 'pg_hba.conf'), rules);
  const owner = new Client({ host: socketDirectory, port, user, database: 'postgres' });
  await owner.connect();
  onTestFinished(() => owner.end());
  await owner.query('select pg_reload_conf()');
  const admin = { host: socketDirectory, port, user: 'admin', password: 'admin-secret' };
  await owner.query(`create role admin login createdb createrole password '${admin.password}'`);
  await owner.query(`create role clerk login password 'clerk-secret'`);
  return { admin, owner };
}

it('log in with passwords derived from the secret of the installation, new ones too', async () => {
  const { admin, owner } = await askingServer();
  const open = async (roleSecret: string, as: { user: string; password: string } = admin) => {
    const stores = await openPostgresStores({
      server: { ...admin, ...as, roleSecret },
      domain: books,
      tenants: [tenant],
      databaseOf: () => 'morrow_main',
    });
    onTestFinished(() => stores.close());
    return stores.of(tenant);
  };
  const first = await open('the first secret');
  await first.commit(unit([opens(noteRow('N-1'))]));
  const second = await open('the second secret');
  expect(await second.count('note')).toBe(1);
  expect(await first.count('note')).toBe(1);
  const [{ rolpassword }] = (
    await owner.query(`select rolpassword from pg_authid where rolname = 'morrow_books'`)
  ).rows;
  expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
  await owner.query('alter role morrow_books nologin');
  expect(await (await open('the third secret')).count('note')).toBe(1);
}, 120_000);

it('set the new password in turn where many are refused at once', async () => {
  const { admin, owner } = await askingServer();
  const server = { ...admin, roleSecret: 'the first secret' };
  const plan = { domain: 'books', role: 'morrow_books', tables: [], keeps: [] };
  await createDatabase(server, 'morrow_main', plan.role);
  for (const roleSecret of ['the second', 'the third', 'the fourth']) {
    const now = { ...server, roleSecret };
    const sessions = await Promise.all(
      Array.from({ length: 12 }, () => openSession(now, 'morrow_main', plan)),
    );
    await Promise.all(sessions.map((session) => session.end()));
  }
  const { rows } = await owner.query(`select count(*)::int as roles from pg_roles
    where rolname = 'morrow_books'`);
  expect(rows).toEqual([{ roles: 1 }]);
}, 120_000);

it('say in one sentence that the DATABASE_URL user may not create roles or databases', async () => {
  const { admin, owner } = await askingServer();
  const open = (as: { user: string; password: string }) =>
    openPostgresStores({
      server: { ...admin, ...as, roleSecret: 'secret' },
      domain: books,
      tenants: [tenant],
      databaseOf: () => 'morrow_main',
    });
  const clerk = { user: 'clerk', password: 'clerk-secret' };
  await expect(open(clerk)).rejects.toThrow(
    'The database user clerk may not create the database morrow_main: ' +
      'give it CREATEDB (and CREATEROLE), or name another user in DATABASE_URL.',
  );
  await owner.query('create database morrow_main owner clerk');
  await expect(open(clerk)).rejects.toThrow(
    'The database user clerk may not create the role morrow_books: ' +
      'give it CREATEROLE (and CREATEDB), or name another user in DATABASE_URL.',
  );
}, 120_000);
