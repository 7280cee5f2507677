// The servers that every other int-spec stands on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase, startNats, testNats } from './index.ts';

const nats = await testNats();
const reason = 'missing' in nats ? ` (skipped: ${nats.missing})` : '';

describe('a fresh database', () => {
  it('is empty and its own for each test', async () => {
    const [one, other] = await Promise.all([freshDatabase('Of One'), freshDatabase('Of One')]);
    expect(one.database).toMatch(/^of_one_[0-9a-f]{12}$/);
    expect(other.database).not.toBe(one.database);
    expect(await tablesOf(one)).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
    await expect(tablesOf(one)).rejects.toThrow(/does not exist/);
  });
});

describe.skipIf('missing' in nats)(`nats-server${reason}`, () => {
  it('comes back on its former port after it was killed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'morrow-nats-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const first = await startNats({ directory });
    expect(await greeting(first.url)).toMatch(/^INFO /);
    await first.kill();
    await expect(greeting(first.url)).rejects.toThrow(/ECONNREFUSED/);
    const again = await startNats({ directory, port: Number(new URL(first.url).port) });
    expect(again.url).toBe(first.url);
    await again.stop();
  });
});

async function tablesOf(database: Awaited<ReturnType<typeof freshDatabase>>): Promise<unknown[]> {
  const { host, port, user } = database;
  const client = new Client({ host, port, user, database: database.database });
  await client.connect();
  const { rows } = await client.query(
    `select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  await client.end();
  return rows;
}

function greeting(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.once('error', reject);
    socket.setEncoding('utf8').once('data', (text: string) => {
      socket.destroy();
      resolve(text);
    });
  });
}
